package dev.estiba.network;

import dev.estiba.linux.Fd;
import dev.estiba.linux.NetworkNamespace;
import dev.estiba.linux.netlink.NetlinkSocket;
import java.io.IOException;

/** The network namespace that bridges are in, and the conversations about it. For several threads. */
public final class HostNetwork implements AutoCloseable {
    private final Fd namespace;
    private final NetlinkSocket route;
    private final NetlinkSocket netfilter;

    private HostNetwork(Fd namespace, NetlinkSocket route, NetlinkSocket netfilter) {
        this.namespace = namespace;
        this.route = route;
        this.netfilter = netfilter;
    }

    /** @param namespace duplicated */
    public static HostNetwork open(Fd namespace) throws IOException {
        Fd own = namespace.duplicate();
        try {
            return NetworkNamespace.in(own, () -> {
                NetlinkSocket route = NetlinkSocket.open(NetlinkSocket.Family.ROUTE);
                try {
                    return new HostNetwork(own, route, NetlinkSocket.open(NetlinkSocket.Family.NETFILTER));
                } catch (IOException e) {
                    route.close();
                    throw e;
                }
            });
        } catch (IOException e) {
            own.close();
            throw e;
        }
    }

    public Fd namespace() {
        return namespace;
    }

    /** Devices, addresses, routes. */
    public NetlinkSocket route() {
        return route;
    }

    /** The firewall and tracked connections. */
    public NetlinkSocket netfilter() {
        return netfilter;
    }

    /** Does something in the namespace. */
    public <T> T in(NetworkNamespace.Visit<T> visit) throws IOException {
        return NetworkNamespace.in(namespace, visit);
    }

    @Override
    public void close() {
        route.close();
        netfilter.close();
        namespace.close();
    }
}

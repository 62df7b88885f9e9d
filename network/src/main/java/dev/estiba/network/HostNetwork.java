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
    private final EventLoop loop;

    private HostNetwork(EventLoop loop, Fd namespace, NetlinkSocket route, NetlinkSocket netfilter) {
        this.loop = loop;
        this.namespace = namespace;
        this.route = route;
        this.netfilter = netfilter;
    }

    /** @param namespace duplicated */
    public static HostNetwork open(Fd namespace) throws IOException {
        Fd own = namespace.duplicate();
        try {
            EventLoop loop = EventLoop.start("network of the host", own);
            try {
                return loop.call(() -> open(loop, own));
            } catch (IOException e) {
                loop.close();
                throw e;
            }
        } catch (IOException e) {
            own.close();
            throw e;
        }
    }

    private static HostNetwork open(EventLoop loop, Fd namespace) throws IOException {
        NetlinkSocket route = NetlinkSocket.open(NetlinkSocket.Family.ROUTE);
        try {
            return new HostNetwork(loop, namespace, route, NetlinkSocket.open(NetlinkSocket.Family.NETFILTER));
        } catch (IOException e) {
            route.close();
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

    /** Does something in the namespace: on a thread that stays there, one thing at a time. */
    public <T> T in(NetworkNamespace.Visit<T> visit) throws IOException {
        return loop.call(visit);
    }

    @Override
    public void close() {
        loop.close();
        route.close();
        netfilter.close();
        namespace.close();
    }
}

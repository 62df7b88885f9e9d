package dev.estiba.network;

import dev.estiba.linux.Fd;
import dev.estiba.linux.NetworkNamespace;
import dev.estiba.linux.netlink.Links;
import dev.estiba.linux.netlink.NetlinkException;
import dev.estiba.linux.netlink.NetlinkSocket;
import dev.estiba.linux.netlink.StackedLinks;
import dev.estiba.linux.netlink.StackedLinks.Ipvlan;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A container's device on top of one of the host's. It is in the container's namespace from its birth on, and ends with it. */
final class StackedEndpoint {
    private StackedEndpoint() {}

    /**
     * Makes the device and sets it up; nothing is left of it when that fails.
     *
     * @return the endpoint with the device's name and address
     */
    static EndpointConfig connect(
            HostNetwork host, NetworkConfig network, EndpointConfig endpoint, Fd namespace, Endpoint.Gateways gateways)
            throws IOException {
        int parent = Links.find(host.route(), network.parentDevice())
                .orElseThrow(() -> new NetworkException(
                        NetworkException.Reason.ABSENT,
                        "the device " + network.parentDevice() + " of network " + network.name()
                                + " is not there any more"))
                .index();
        StackedLinks.Kind kind = network.parent().orElseThrow().kind();
        Optional<Links.Mac> mac = kind instanceof Ipvlan ? Optional.empty() : Optional.of(endpoint.mac());
        Optional<NetlinkException> refusal = host.route()
                .tryAll(List.of(StackedLinks.make(
                        endpoint.hostDevice(),
                        parent,
                        kind,
                        mac,
                        network.options().mtu(),
                        Optional.of(namespace))))
                .getFirst();
        if (refusal.isPresent()) {
            throw refused(refusal.get(), network);
        }
        return NetworkNamespace.in(namespace, () -> {
            try (NetlinkSocket inside = NetlinkSocket.open(NetlinkSocket.Family.ROUTE)) {
                return setUp(inside, network, endpoint, gateways);
            }
        });
    }

    private static IOException refused(NetlinkException refusal, NetworkConfig network) {
        if (refusal.is(Errno.EINVAL) || refusal.is(Errno.EBUSY)) {
            return NetworkException.taken("the device " + network.parentDevice() + " of network " + network.name()
                    + " cannot be shared by one more container: " + refusal.getMessage());
        }
        return refusal;
    }

    private static EndpointConfig setUp(
            NetlinkSocket inside, NetworkConfig network, EndpointConfig endpoint, Endpoint.Gateways gateways)
            throws IOException {
        Links.Link link = Links.find(inside, endpoint.hostDevice())
                .orElseThrow(() -> new IOException("the container's device has gone while it was set up"));
        try {
            String name = endpoint.device().isPresent() ? endpoint.device().get() : Endpoint.freeName(inside);
            Optional<NetlinkException> refusal = inside.tryAll(List.of(StackedLinks.rename(link.index(), name)))
                    .getFirst();
            if (refusal.isPresent()) {
                throw refusal.get().is(Errno.EEXIST) ? Endpoint.taken(name) : refusal.get();
            }
            Endpoint.sysctls(name, endpoint);
            inside.carryOut(Endpoint.setUp(network, endpoint, link.index(), gateways));
            return endpoint.on(name, link.mac().orElse(endpoint.mac()));
        } catch (IOException | RuntimeException e) {
            inside.carryOutUnless(Errno.ENODEV, Links.remove(link.index()));
            throw e;
        }
    }

    /** Removes the device from a container that goes on; whoever may change its own devices may have done so before. */
    static void disconnect(NetworkConfig network, EndpointConfig endpoint, Fd namespace) throws IOException {
        String name = endpoint.device().orElse(endpoint.hostDevice());
        String kind = network.parent().orElseThrow().kind().word();
        boolean unused = NetworkNamespace.in(namespace, () -> {
            try (NetlinkSocket inside = NetlinkSocket.open(NetlinkSocket.Family.ROUTE)) {
                Optional<Links.Link> link =
                        Links.find(inside, name).filter(each -> each.kind().equals(kind));
                return link.isPresent()
                        && inside.carryOutUnless(
                                Errno.ENODEV, Links.remove(link.get().index()));
            }
        });
    }
}

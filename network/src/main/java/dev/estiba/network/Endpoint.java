package dev.estiba.network;

import dev.estiba.linux.Fd;
import dev.estiba.linux.NetworkNamespace;
import dev.estiba.linux.netlink.Addresses;
import dev.estiba.linux.netlink.Links;
import dev.estiba.linux.netlink.Message;
import dev.estiba.linux.netlink.Neighbours;
import dev.estiba.linux.netlink.NetlinkException;
import dev.estiba.linux.netlink.NetlinkSocket;
import dev.estiba.linux.netlink.Routes;
import dev.estiba.linux.number.Errno;
import dev.estiba.network.address.AddressPool;
import dev.estiba.network.address.Subnet;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A container's device in a network, one end of a pair whose other end is a port of the bridge. */
final class Endpoint {
    private static final Pattern SYSCTL =
            Pattern.compile("net\\.(ipv4|ipv6|mpls)\\.(conf|neigh)\\.IFNAME\\.([a-z0-9_]+)");
    private static final int MOST_DEVICES = 1024;

    private Endpoint() {}

    /** What the default routes go by that a container is to have; the device itself where it is no address at all. */
    record Gateways(Optional<InetAddress> v4, Optional<InetAddress> v6) {}

    /** Refuses settings that are not of the endpoint's device, before anything is made. */
    static void check(EndpointConfig endpoint) throws NetworkException {
        for (String key : endpoint.sysctls().keySet()) {
            if (!SYSCTL.matcher(key).matches()) {
                throw NetworkException.invalid(
                        "unrecognised network interface sysctl '" + key
                                + "'; represent 'net.X.Y.ethN.Z=V' as 'net.X.Y.IFNAME.Z=V', 'X' must be 'ipv4', 'ipv6' or 'mpls', 'Y' must be 'conf' or 'neigh'");
            }
        }
    }

    /**
     * Makes the pair and sets the container's end up; nothing is left of it when that fails.
     *
     * @param namespace the container's
     * @param bridge the bridge's number
     * @param isHairpin whether its packets may go back to it over the bridge
     * @return the device's name in the container
     */
    static String connect(
            HostNetwork host,
            NetworkConfig network,
            int bridge,
            EndpointConfig endpoint,
            Fd namespace,
            Gateways gateways,
            boolean isHairpin)
            throws IOException {
        String name = makePair(host, network, bridge, endpoint, namespace);
        try {
            treatPort(host, network, endpoint, isHairpin);
            return NetworkNamespace.in(namespace, () -> {
                try (NetlinkSocket inside = NetlinkSocket.open(NetlinkSocket.Family.ROUTE)) {
                    int index = indexOf(inside, name);
                    sysctls(name, endpoint);
                    inside.carryOut(setUp(network, endpoint, index, gateways));
                }
                return name;
            });
        } catch (IOException | RuntimeException e) {
            host.route().carryOutUnless(Errno.ENODEV, Links.remove(endpoint.hostDevice()));
            throw e;
        }
    }

    private static String makePair(
            HostNetwork host, NetworkConfig network, int bridge, EndpointConfig endpoint, Fd namespace)
            throws IOException {
        int mtu = network.options().mtu();
        Links.End here = new Links.End(endpoint.hostDevice(), 0, Optional.empty(), mtu);
        Set<String> refused = new HashSet<>();
        while (true) {
            String name = endpoint.device().isPresent()
                    ? endpoint.device().get()
                    : refused.isEmpty() ? "eth0" : freeName(namespace);
            Links.End there = new Links.End(name, 0, Optional.of(endpoint.mac()), mtu);
            Optional<NetlinkException> refusal = host.route()
                    .tryAll(List.of(Links.makePair(here, bridge, there, namespace)))
                    .getFirst();
            if (refusal.isEmpty()) {
                return name;
            }
            // The container has that device, or our own end is there of a former life.
            boolean isLeftOver = refusal.get().is(Errno.EEXIST)
                    && host.route().carryOutUnless(Errno.ENODEV, Links.remove(endpoint.hostDevice()));
            boolean isTaken =
                    refusal.get().is(Errno.EEXIST) && endpoint.device().isEmpty();
            if (!isLeftOver && !(isTaken && refused.add(name))) {
                throw refusal.get().is(Errno.EEXIST) ? taken(name) : refused(refusal.get(), network);
            }
        }
    }

    /** The container has a device of that name. */
    static IOException taken(String name) {
        return NetworkException.taken(
                "failed to add interface to sandbox: the container has a device " + name + " already: file exists");
    }

    private static IOException refused(NetlinkException refusal, NetworkConfig network) {
        if (refusal.is(Errno.EXFULL)) {
            return new NetworkException(
                    NetworkException.Reason.EXHAUSTED,
                    "the network " + network.name()
                            + " has 1,023 containers, which is as many ports as a bridge of Linux has");
        }
        if (refusal.is(Errno.ENOBUFS)) {
            return new NetworkException(
                    NetworkException.Reason.EXHAUSTED,
                    "the host has no room for more devices or neighbours: its table of neighbours has as many as it may have"
                            + " (the sysctls net.ipv4.neigh.default.gc_thresh3 and net.ipv6.neigh.default.gc_thresh3, 1,024 as"
                            + " a rule), or its memory is short: " + refusal.getMessage());
        }
        return refusal;
    }

    private static String freeName(Fd namespace) throws IOException {
        return NetworkNamespace.in(namespace, () -> {
            try (NetlinkSocket inside = NetlinkSocket.open(NetlinkSocket.Family.ROUTE)) {
                return freeName(inside);
            }
        });
    }

    /** Brings the container's loopback up; the first of eth0, eth1 … that it has not. */
    static String prepare(Fd namespace) throws IOException {
        return NetworkNamespace.in(namespace, () -> {
            try (NetlinkSocket inside = NetlinkSocket.open(NetlinkSocket.Family.ROUTE)) {
                inside.carryOut(Links.up(Links.LOOPBACK));
                return freeName(inside);
            }
        });
    }

    /** The first of eth0, eth1 … that the container has not. */
    static String freeName(NetlinkSocket inside) throws IOException {
        List<String> names = Links.all(inside).stream().map(Links.Link::name).toList();
        for (int i = 0; i < MOST_DEVICES; i++) {
            if (!names.contains("eth" + i)) {
                return "eth" + i;
            }
        }
        throw new NetworkException(NetworkException.Reason.EXHAUSTED, "the container has too many devices");
    }

    /**
     * How the bridge treats the port, where that is not how it treats any. A container of a network that keeps its containers apart is
     * isolated; but not when its published ports come to it over the bridge (then the firewall sees all that does, and keeps apart).
     */
    static void treatPort(HostNetwork host, NetworkConfig network, EndpointConfig endpoint, boolean isHairpin)
            throws IOException {
        boolean keepsApart = !network.options().interContainer();
        if (keepsApart || isHairpin) {
            int port = indexOf(host.route(), endpoint.hostDevice());
            host.route().carryOut(Links.port(port, keepsApart && !isHairpin, isHairpin));
        }
    }

    private static int indexOf(NetlinkSocket socket, String name) throws IOException {
        return Links.find(socket, name)
                .orElseThrow(() -> new IOException("the device " + name + " has gone while it was set up"))
                .index();
    }

    /** Written before the device is up: then its own address of IPv6 needs no second in which others could object. */
    static void sysctls(String name, EndpointConfig endpoint) throws IOException {
        try (Sysctls sysctls = Sysctls.open()) {
            String v6 = "ipv6/conf/" + name + "/";
            if (endpoint.address(false).isEmpty()
                    && endpoint.linkLocal().stream().allMatch(Inet4Address.class::isInstance)) {
                sysctls.writeIfThere(v6 + "disable_ipv6", "1");
            } else {
                sysctls.writeIfThere(v6 + "disable_ipv6", "0");
                sysctls.writeIfThere(v6 + "accept_ra", "0");
                sysctls.writeIfThere(v6 + "dad_transmits", "0");
            }
            for (Map.Entry<String, String> each : endpoint.sysctls().entrySet()) {
                String[] parts = each.getKey().split("\\.");
                String path = parts[1] + "/" + parts[2] + "/" + name + "/" + parts[4];
                if (sysctls.read(path).isEmpty()) {
                    throw NetworkException.invalid("/proc/sys/net/" + path + " is not a sysctl file");
                }
                sysctls.write(path, each.getValue());
            }
        }
    }

    static List<Message> setUp(NetworkConfig network, EndpointConfig endpoint, int index, Gateways gateways)
            throws IOException {
        List<Message> messages = new ArrayList<>();
        messages.add(Links.up(Links.LOOPBACK));
        for (InetAddress address : endpoint.addresses()) {
            messages.add(Addresses.add(index, address, prefix(network, address)));
        }
        for (InetAddress address : endpoint.linkLocal()) {
            messages.add(Addresses.add(index, address, address instanceof Inet4Address ? 16 : 64));
        }
        messages.add(Links.up(index));
        messages.addAll(routes(index, gateways));
        return messages;
    }

    private static int prefix(NetworkConfig network, InetAddress address) throws IOException {
        return network.pools().stream()
                .map(AddressPool.Config::subnet)
                .filter(subnet -> subnet.contains(address))
                .map(Subnet::prefix)
                .findFirst()
                .orElseThrow(() -> NetworkException.invalid("invalid address " + Subnet.text(address)
                        + ": It does not belong to any of this network's subnets"));
    }

    private static List<Message> routes(int index, Gateways gateways) {
        List<Message> messages = new ArrayList<>();
        gateways.v4().ifPresent(it -> messages.add(Routes.add(defaultRoute(true, it, index))));
        gateways.v6().ifPresent(it -> messages.add(Routes.add(defaultRoute(false, it, index))));
        return messages;
    }

    private static Routes.Route defaultRoute(boolean isV4, InetAddress gateway, int index) {
        Optional<InetAddress> next = Optional.of(gateway).filter(each -> !each.isAnyLocalAddress());
        return new Routes.Route(Subnet.anyAddress(isV4), 0, next, index, 0);
    }

    /** Replaces a container's default route. */
    static void reroute(Fd namespace, NetworkState.Way way, boolean isV4) throws IOException {
        String device = way.endpoint()
                .device()
                .orElseThrow(
                        () -> new IOException("the endpoint " + way.endpoint().id() + " has no device"));
        boolean unused = NetworkNamespace.in(namespace, () -> {
            try (NetlinkSocket inside = NetlinkSocket.open(NetlinkSocket.Family.ROUTE)) {
                inside.carryOut(Routes.add(defaultRoute(isV4, way.gateway(), indexOf(inside, device))));
            }
            return true;
        });
    }

    /** Removes the pair, which may have gone with the container. */
    static void disconnect(HostNetwork host, EndpointConfig endpoint, int bridge) throws IOException {
        host.route().carryOutUnless(Errno.ENODEV, Links.remove(endpoint.hostDevice()));
        List<Message> forgotten = new ArrayList<>();
        endpoint.addresses().forEach(address -> forgotten.add(Neighbours.forget(bridge, address)));
        // It is as good when nobody was known, or the bridge itself has gone.
        List<Optional<NetlinkException>> unused = host.route().tryAll(forgotten);
    }
}

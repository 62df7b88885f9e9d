package dev.estiba.network;

import dev.estiba.linux.netlink.Addresses;
import dev.estiba.linux.netlink.Links;
import dev.estiba.linux.netlink.Message;
import dev.estiba.linux.number.Errno;
import dev.estiba.network.BridgeOptions.GatewayMode;
import dev.estiba.network.address.AddressPool;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The device of a network. */
final class Bridge {
    private Bridge() {}

    /**
     * Makes it, or sets right what is there.
     *
     * @return its number
     * @throws NetworkException TAKEN when the name is another kind of device's
     */
    static int ensure(HostNetwork host, NetworkConfig network, RandomGenerator random) throws IOException {
        String name = network.bridge();
        boolean isNew = host.route()
                .carryOutUnless(
                        Errno.EEXIST,
                        Links.makeBridge(
                                name, randomMac(random), network.options().mtu()));
        try {
            Links.Link link = Links.find(host.route(), name)
                    .orElseThrow(() -> new IOException("the bridge " + name + " has gone while it was made"));
            if (!link.kind().equals("bridge")) {
                throw NetworkException.taken("the device " + name + " of this host is no bridge: give the network "
                        + network.name() + " another com.docker.network.bridge.name");
            }
            settings(host, network);
            addresses(host, network, link);
            return link.index();
        } catch (IOException | RuntimeException e) {
            if (isNew) {
                remove(host, name);
            }
            throw e;
        }
    }

    /** Removes it; it may have gone. */
    static void remove(HostNetwork host, String name) throws IOException {
        host.route().carryOutUnless(Errno.ENODEV, Links.remove(name));
    }

    /** Locally administered, for one device (IEEE 802). */
    static Links.Mac randomMac(RandomGenerator random) {
        byte[] mac = new byte[6];
        random.nextBytes(mac);
        mac[0] = (byte) (mac[0] & 0xfc | 0x02);
        return Links.Mac.of(mac);
    }

    /**
     * No container is a router of the host's, whatever it advertises (CVE-2020-13401).
     */
    private static void settings(HostNetwork host, NetworkConfig network) throws IOException {
        String name = network.bridge();
        boolean unused = host.in(() -> {
            try (Sysctls sysctls = Sysctls.open()) {
                sysctls.writeIfThere("ipv6/conf/" + name + "/accept_ra", "0");
                sysctls.writeIfThere("ipv6/conf/" + name + "/disable_ipv6", network.has(false) ? "0" : "1");
                return true;
            }
        });
    }

    private static void addresses(HostNetwork host, NetworkConfig network, Links.Link link) throws IOException {
        List<Addresses.Address> wanted = new ArrayList<>();
        for (AddressPool.Config pool : network.pools()) {
            boolean isV4 = pool.subnet().isV4();
            boolean hasAddress = network.mode(isV4) != GatewayMode.ISOLATED
                    && !(isV4 && network.options().inhibitIpv4());
            pool.gateway()
                    .filter(gateway -> hasAddress)
                    .ifPresent(gateway -> wanted.add(new Addresses.Address(
                            link.index(), gateway, pool.subnet().prefix())));
        }
        List<Message> changes = new ArrayList<>();
        List<Addresses.Address> present = Addresses.all(host.route()).stream()
                .filter(address -> address.index() == link.index())
                .toList();
        for (Addresses.Address address : present) {
            boolean isLeft = address.address().isLinkLocalAddress()
                    || address.address() instanceof Inet4Address
                            && network.options().inhibitIpv4();
            if (!isLeft && !wanted.contains(address)) {
                changes.add(Addresses.remove(link.index(), address.address(), address.prefix()));
            }
        }
        wanted.stream()
                .filter(address -> !present.contains(address))
                .forEach(address -> changes.add(Addresses.add(link.index(), address.address(), address.prefix())));
        if (!link.isUp()) {
            changes.add(Links.up(link.index()));
        }
        host.route().carryOut(changes);
    }

    /**
     * Lets packets of the host's own 127.0.0.1 go to its containers, as ports that are published there need it. The firewall drops what
     * comes from elsewhere with such an address before.
     */
    static void routeLoopback(HostNetwork host, String bridge) throws IOException {
        boolean unused = host.in(() -> {
            try (Sysctls sysctls = Sysctls.open()) {
                String path = "ipv4/conf/" + bridge + "/route_localnet";
                if (!sysctls.read(path).equals(Optional.of("1"))) {
                    sysctls.write(path, "1");
                }
                return true;
            }
        });
    }

    /** Whether packets that stay on a bridge pass the firewall too: then those for a published port may have to go back where they come from. */
    static boolean isFiltered(HostNetwork host) throws IOException {
        return host.in(() -> {
            try (Sysctls sysctls = Sysctls.open()) {
                return sysctls.read("bridge/bridge-nf-call-iptables").equals(Optional.of("1"));
            }
        });
    }

    static boolean isOurs(Links.Link link) {
        return link.kind().equals("bridge")
                && (link.name().startsWith(NetworkConfig.BRIDGE_PREFIX)
                        || link.name().equals(NetworkConfig.DEFAULT_BRIDGE));
    }
}

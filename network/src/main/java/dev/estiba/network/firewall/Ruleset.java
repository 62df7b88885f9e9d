package dev.estiba.network.firewall;

import static dev.estiba.linux.netlink.Expressions.Comparison.DIFFERENT;
import static dev.estiba.linux.netlink.Expressions.Comparison.EQUAL;
import static dev.estiba.linux.netlink.Expressions.Meta.INPUT_NAME;
import static dev.estiba.linux.netlink.Expressions.Meta.NETWORK_PROTOCOL;
import static dev.estiba.linux.netlink.Expressions.Meta.OUTPUT_NAME;
import static dev.estiba.linux.netlink.Expressions.Meta.TRANSPORT_PROTOCOL;
import static dev.estiba.linux.netlink.Expressions.Verdict.DROP;

import dev.estiba.linux.netlink.Expressions;
import dev.estiba.linux.netlink.NfSets.Element;
import dev.estiba.linux.netlink.NfSets.Gives;
import dev.estiba.linux.netlink.NfSets.Type;
import dev.estiba.linux.netlink.NfTables;
import dev.estiba.linux.netlink.NfTables.Hook;
import dev.estiba.linux.netlink.NfTables.Kind;
import dev.estiba.network.NetworkConfig;
import dev.estiba.network.address.Subnet;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The table as messages: a pure function of what is wanted. A packet meets a handful of rules, however many networks and ports there
 * are: what depends on a bridge is in a chain of its own, found by a map of devices or of subnets; a published port is an element.
 *
 * <p>Chains at hooks: {@code raw} drops what must not come in at all, before connections are tracked; {@code prerouting} and
 * {@code output} translate published ports; {@code forward} isolates; {@code postrouting} masquerades; {@code input}, which is there
 * for strict containers alone, keeps them from the host.
 */
final class Ruleset {
    static final NfTables.Table TABLE = new NfTables.Table(NfTables.Family.INET, "estiba");

    static final String CLOSED_V4 = "closed4";
    static final String CLOSED_V6 = "closed6";
    private static final byte V4 = 2;
    private static final byte V6 = 10;
    private static final int RAW = -300;
    private static final int DESTINATION_NAT = -100;
    private static final int SOURCE_NAT = 100;

    private final Contents contents = new Contents(TABLE);

    /**
     * What forwarding is not for: a host that has begun to forward for containers does not become a router between its own networks.
     *
     * @param v4 the devices that there were when it forwarded no IPv4 yet
     * @param v6 the same of IPv6
     */
    record Closed(Set<String> v4, Set<String> v6) {
        Closed {
            v4 = Set.copyOf(v4);
            v6 = Set.copyOf(v6);
        }
    }

    /**
     * The table for that.
     *
     * @param networks that exist
     * @param ports that are published
     * @param strict of containers that are kept in narrowly; without one, the table has no rules for them
     */
    static Contents of(
            List<NetworkConfig> networks, List<PortMapping> ports, Collection<StrictPort> strict, Closed closed) {
        Ruleset ruleset = new Ruleset();
        ruleset.build(networks, ports, strict, closed);
        return ruleset.contents;
    }

    private void build(
            List<NetworkConfig> networks, List<PortMapping> ports, Collection<StrictPort> strict, Closed closed) {
        sets();
        chain("raw", Kind.FILTER, Hook.PREROUTING, RAW);
        chain("prerouting", Kind.NAT, Hook.PREROUTING, DESTINATION_NAT);
        chain("output", Kind.NAT, Hook.OUTPUT, DESTINATION_NAT);
        chain("postrouting", Kind.NAT, Hook.POSTROUTING, SOURCE_NAT);
        chain("forward", Kind.FILTER, Hook.FORWARD, 0);
        for (NetworkConfig network : networks) {
            new NetworkRules(this, network).build();
        }
        raw();
        translate("prerouting");
        translate("output");
        forward(closed);
        postrouting();
        ports.forEach(port -> element(port.set(), port.element()));
        if (!strict.isEmpty()) {
            StrictRules.addTo(contents, strict);
        }
    }

    private void sets() {
        for (boolean isV4 : new boolean[] {true, false}) {
            Type address = isV4 ? Type.IPV4_ADDRESS : Type.IPV6_ADDRESS;
            String suffix = isV4 ? "4" : "6";
            List<Type> port = List.of(Type.TRANSPORT_PROTOCOL, address, Type.PORT);
            set("ports" + suffix, port, Gives.VALUES, List.of(address, Type.PORT), false);
            set("open" + suffix, port, Gives.NOTHING, List.of(), false);
            set("relayed" + suffix, port, Gives.NOTHING, List.of(), false);
            set("guarded" + suffix, List.of(address), Gives.VERDICTS, List.of(), true);
            set("leaving" + suffix, List.of(address), Gives.VERDICTS, List.of(), true);
        }
        for (String map : List.of("internal", "confined", "to", "hairpin")) {
            set(map, List.of(Type.DEVICE_NAME), Gives.VERDICTS, List.of(), false);
        }
        for (String set : List.of("bridges", CLOSED_V4, CLOSED_V6)) {
            set(set, List.of(Type.DEVICE_NAME), Gives.NOTHING, List.of(), false);
        }
    }

    private void set(String name, List<Type> key, Gives gives, List<Type> value, boolean hasRanges) {
        contents.set(name, key, gives, value, hasRanges);
    }

    private void chain(String name, Kind kind, Hook hook, int priority) {
        contents.baseChain(name, kind, hook, priority);
    }

    /** A chain that a map's element leads to. */
    void chain(String name) {
        contents.chain(name);
    }

    void rule(String chain, String comment, Expressions expressions) {
        contents.rule(chain, comment, expressions);
    }

    void element(String set, Element element) {
        contents.element(set, element);
    }

    void subnet(String map, Subnet subnet, String chain) {
        String set = map + (subnet.isV4() ? "4" : "6");
        Element.range(subnet.first().getAddress(), subnet.last().getAddress(), Optional.of(chain))
                .forEach(element -> contents.element(set, element));
    }

    static Expressions expressions() {
        return new Expressions();
    }

    static Expressions of(boolean isV4) {
        return expressions().meta(NETWORK_PROTOCOL, 0).compare(0, EQUAL, isV4 ? V4 : V6);
    }

    static Expressions destination(Expressions expressions, boolean isV4, int register) {
        return isV4 ? expressions.networkHeader(16, 4, register) : expressions.networkHeader(24, 16, register);
    }

    static Expressions source(Expressions expressions, boolean isV4) {
        return isV4 ? expressions.networkHeader(12, 4, 0) : expressions.networkHeader(8, 16, 0);
    }

    static Expressions toThisHost(Expressions expressions) {
        return expressions.addressType(0).compare(0, EQUAL, (byte) Expressions.LOCAL, (byte) 0, (byte) 0, (byte) 0);
    }

    static Expressions translated(Expressions expressions) {
        return expressions
                .connectionStatus(0)
                .mask(0, new byte[] {Expressions.DESTINATION_TRANSLATED, 0, 0, 0})
                .compare(0, DIFFERENT, new byte[4]);
    }

    private void raw() {
        byte loopback = 127;
        rule(
                "raw",
                "nothing from outside is for 127.0.0.0/8",
                of(true).meta(INPUT_NAME, 0)
                        .compare(0, DIFFERENT, Expressions.deviceName("lo"))
                        .networkHeader(16, 1, 0)
                        .compare(0, EQUAL, loopback)
                        .verdict(DROP));
        rule(
                "raw",
                "nothing from outside is from 127.0.0.0/8",
                of(true).meta(INPUT_NAME, 0)
                        .compare(0, DIFFERENT, Expressions.deviceName("lo"))
                        .networkHeader(12, 1, 0)
                        .compare(0, EQUAL, loopback)
                        .verdict(DROP));
        rule(
                "raw",
                "internal networks reach nothing else",
                expressions().meta(INPUT_NAME, 0).verdictOf("internal", 0));
        for (boolean isV4 : new boolean[] {true, false}) {
            String map = "guarded" + (isV4 ? "4" : "6");
            rule(
                    "raw",
                    "containers' own addresses from outside",
                    destination(of(isV4), isV4, 0).verdictOf(map, 0));
        }
    }

    /** Published ports: first of the very address, then of all. */
    private void translate(String chain) {
        for (boolean isV4 : new boolean[] {true, false}) {
            for (boolean isVeryAddress : new boolean[] {true, false}) {
                Expressions rule = toThisHost(of(isV4));
                if (isV4 && chain.equals("prerouting")) {
                    rule.networkHeader(16, 1, 0).compare(0, DIFFERENT, (byte) 127);
                }
                if (!isV4) {
                    InetAddress loopback = Subnet.loopback(false);
                    destination(rule, false, 0).compare(0, DIFFERENT, loopback.getAddress());
                }
                int size = isV4 ? 1 : 4;
                portKey(rule, isV4, isVeryAddress)
                        .map("ports" + (isV4 ? "4" : "6"), 0, 8)
                        .translateDestination(isV4 ? V4 : V6, 8, 8 + size);
                rule(chain, isVeryAddress ? "ports of this address" : "ports of all addresses", rule);
            }
        }
    }

    /** Loads what a packet is for as the sets of ports have it, from register 0 on; zeros in the place of the address for all of them. */
    static Expressions portKey(Expressions rule, boolean isV4, boolean isVeryAddress) {
        int size = isV4 ? 1 : 4;
        rule.meta(TRANSPORT_PROTOCOL, 0);
        if (isVeryAddress) {
            destination(rule, isV4, 1);
        } else {
            rule.load(1, new byte[4 * size]);
        }
        return rule.destinationPort(1 + size);
    }

    private void forward(Closed closed) {
        rule("forward", "internal networks", expressions().meta(INPUT_NAME, 0).verdictOf("confined", 0));
        rule("forward", "into a network", expressions().meta(OUTPUT_NAME, 0).verdictOf("to", 0));
        close(true, closed.v4());
        close(false, closed.v6());
    }

    private void close(boolean isV4, Set<String> devices) {
        String set = isV4 ? CLOSED_V4 : CLOSED_V6;
        devices.forEach(device -> element(set, Element.of(Expressions.deviceName(device))));
        rule(
                "forward",
                "this host did not forward before",
                of(isV4).meta(INPUT_NAME, 0)
                        .isIn(set, 0)
                        .meta(OUTPUT_NAME, 0)
                        .isIn(set, 0)
                        .verdict(DROP));
    }

    private void postrouting() {
        rule(
                "postrouting",
                "from 127.0.0.0/8 into a network",
                of(true).networkHeader(12, 1, 0)
                        .compare(0, EQUAL, (byte) 127)
                        .meta(OUTPUT_NAME, 0)
                        .isIn("bridges", 0)
                        .masquerade());
        rule(
                "postrouting",
                "back into the network that it comes from",
                expressions().meta(OUTPUT_NAME, 0).verdictOf("hairpin", 0));
        for (boolean isV4 : new boolean[] {true, false}) {
            String map = "leaving" + (isV4 ? "4" : "6");
            rule("postrouting", "out of a network", source(of(isV4), isV4).verdictOf(map, 0));
        }
    }
}

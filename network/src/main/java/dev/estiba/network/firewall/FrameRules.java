package dev.estiba.network.firewall;

import static dev.estiba.linux.netlink.Expressions.Comparison.EQUAL;
import static dev.estiba.linux.netlink.Expressions.Meta.INPUT_NAME;
import static dev.estiba.linux.netlink.Expressions.Meta.PROTOCOL;
import static dev.estiba.linux.netlink.Expressions.Meta.TRANSPORT_PROTOCOL;
import static dev.estiba.linux.netlink.Expressions.Verdict.ACCEPT;
import static dev.estiba.linux.netlink.Expressions.Verdict.DROP;

import dev.estiba.linux.netlink.Expressions;
import dev.estiba.linux.netlink.NfSets.Gives;
import dev.estiba.linux.netlink.NfSets.Type;
import dev.estiba.linux.netlink.NfTables;
import dev.estiba.linux.netlink.NfTables.Hook;
import dev.estiba.linux.netlink.NfTables.Kind;
import java.util.Collection;
import java.util.List;

/**
 * The table {@code bridge estiba}, which is there as long as strict containers are: it sees each frame that comes from a port, those that
 * stay on the bridge included, and passes on of a strict container's those alone that it sends by its own addresses. What it says of
 * itself to neighbours (ARP, RFC 826; neighbour discovery, RFC 4861) must be true, and it is no router.
 */
final class FrameRules {
    static final NfTables.Table TABLE = new NfTables.Table(NfTables.Family.BRIDGE, "estiba");

    static final String PORTS = "ports";
    /** The sets of what a port may send by; with the family's number behind. */
    static final String OWN = "own";

    static final String CHECK = "check";

    private static final byte[] ARP = {0x08, 0x06};
    private static final byte[] IPV4 = {0x08, 0x00};
    private static final byte[] IPV6 = {(byte) 0x86, (byte) 0xdd};
    private static final byte ICMP_V6 = 58;
    private static final byte ROUTER_ADVERTISEMENT = (byte) 134;
    private static final byte ADVERTISEMENT = (byte) 136;
    private static final byte REDIRECT = (byte) 137;
    /** A device's name takes four registers of four bytes, a device's address two. */
    private static final int MAC = 4;

    private static final int ADDRESS = 6;

    private FrameRules() {}

    static Contents of(Collection<StrictPort> ports) {
        Contents table = new Contents(TABLE);
        table.set(PORTS, List.of(Type.DEVICE_NAME), Gives.VERDICTS, List.of(), false);
        for (boolean isV4 : new boolean[] {true, false}) {
            Type address = isV4 ? Type.IPV4_ADDRESS : Type.IPV6_ADDRESS;
            table.set(
                    OWN + (isV4 ? "4" : "6"),
                    List.of(Type.DEVICE_NAME, Type.LINK_ADDRESS, address),
                    Gives.NOTHING,
                    List.of(),
                    false);
        }
        table.chain(CHECK);
        table.baseChain("prerouting", Kind.FILTER, Hook.PREROUTING, 0);
        table.rule(
                "prerouting",
                "strict containers",
                new Expressions().meta(INPUT_NAME, 0).verdictOf(PORTS, 0));
        check(table);
        ports.forEach(port -> port.frameElements()
                .forEach((set, elements) -> elements.forEach(element -> table.element(set, element))));
        return table;
    }

    private static void check(Contents table) {
        table.rule(
                CHECK,
                "its own addresses by ARP",
                sender(of(ARP))
                        .networkHeader(14, 4, ADDRESS)
                        .isIn(OWN + "4", 0)
                        .networkHeader(8, 6, MAC)
                        .isIn(OWN + "4", 0)
                        .verdict(ACCEPT));
        table.rule(
                CHECK,
                "its own addresses",
                sender(of(IPV4))
                        .networkHeader(12, 4, ADDRESS)
                        .isIn(OWN + "4", 0)
                        .verdict(ACCEPT));
        for (byte type : new byte[] {ROUTER_ADVERTISEMENT, REDIRECT}) {
            table.rule(CHECK, "it is no router", icmp(type).verdict(DROP));
        }
        table.rule(
                CHECK,
                "others' addresses",
                sender(icmp(ADVERTISEMENT))
                        .transportHeader(8, 16, ADDRESS)
                        .isNotIn(OWN + "6", 0)
                        .verdict(DROP));
        table.rule(
                CHECK,
                "its own addresses",
                sender(of(IPV6))
                        .networkHeader(8, 16, ADDRESS)
                        .isIn(OWN + "6", 0)
                        .verdict(ACCEPT));
        table.rule(CHECK, "nothing else", new Expressions().verdict(DROP));
    }

    private static Expressions of(byte[] protocol) {
        return new Expressions().meta(PROTOCOL, 0).compare(0, EQUAL, protocol);
    }

    /** The port and the frame's sender, into the first registers. */
    private static Expressions sender(Expressions rule) {
        return rule.meta(INPUT_NAME, 0).linkHeader(6, 6, MAC);
    }

    private static Expressions icmp(byte type) {
        return of(IPV6).meta(TRANSPORT_PROTOCOL, 0)
                .compare(0, EQUAL, ICMP_V6)
                .transportHeader(0, 1, 0)
                .compare(0, EQUAL, type);
    }
}

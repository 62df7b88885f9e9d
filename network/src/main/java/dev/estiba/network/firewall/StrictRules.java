package dev.estiba.network.firewall;

import static dev.estiba.linux.netlink.Expressions.Comparison.DIFFERENT;
import static dev.estiba.linux.netlink.Expressions.Comparison.EQUAL;
import static dev.estiba.linux.netlink.Expressions.Meta.INPUT_NAME;
import static dev.estiba.linux.netlink.Expressions.Meta.TRANSPORT_PROTOCOL;
import static dev.estiba.linux.netlink.Expressions.Verdict.ACCEPT;
import static dev.estiba.linux.netlink.Expressions.Verdict.DROP;

import dev.estiba.linux.netlink.Expressions;
import dev.estiba.linux.netlink.NfSets.Gives;
import dev.estiba.linux.netlink.NfSets.Type;
import dev.estiba.linux.netlink.NfTables.Hook;
import dev.estiba.linux.netlink.NfTables.Kind;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;

/**
 * What the table has for strict containers, which it knows by the bridge that their packets come from and by their addresses:
 * {@link FrameRules} sees to it that those are theirs.
 */
final class StrictRules {
    /** The sets of their addresses, and of what of the host they reach; with the family's number behind. */
    static final String SOURCES = "strict";

    static final String REACHED = "reached";
    private static final String CHAIN = "strict";
    /** Where clouds tell a machine its secrets: AWS, Azure, Google and others; AWS by IPv6. */
    private static final List<InetAddress> METADATA =
            List.of(InetAddress.ofLiteral("169.254.169.254"), InetAddress.ofLiteral("fd00:ec2::254"));

    private static final byte ICMP_V6 = 58;
    private static final byte SOLICITATION = (byte) 135;
    private static final byte ADVERTISEMENT = (byte) 136;
    private static final int NAME_REGISTERS = 4;

    private StrictRules() {}

    static void addTo(Contents table, Collection<StrictPort> ports) {
        for (boolean isV4 : new boolean[] {true, false}) {
            Type address = isV4 ? Type.IPV4_ADDRESS : Type.IPV6_ADDRESS;
            String family = isV4 ? "4" : "6";
            table.set(SOURCES + family, List.of(Type.DEVICE_NAME, address), Gives.NOTHING, List.of(), false);
            table.set(REACHED + family, List.of(address, address), Gives.NOTHING, List.of(), false);
        }
        table.chain(CHAIN);
        table.baseChain("input", Kind.FILTER, Hook.INPUT, 0);
        for (boolean isV4 : new boolean[] {true, false}) {
            byte[] metadata = METADATA.get(isV4 ? 0 : 1).getAddress();
            table.rule(
                    "raw",
                    "no metadata for strict containers",
                    isStrict(Ruleset.destination(Ruleset.of(isV4), isV4, 0).compare(0, EQUAL, metadata), isV4)
                            .verdict(DROP));
            table.rule(
                    "input",
                    "strict containers",
                    isStrict(Ruleset.of(isV4), isV4).jump(CHAIN));
        }
        input(table);
        ports.forEach(port -> port.packetElements()
                .forEach((set, elements) -> elements.forEach(element -> table.element(set, element))));
    }

    private static Expressions isStrict(Expressions rule, boolean isV4) {
        rule.meta(INPUT_NAME, 0);
        return (isV4 ? rule.networkHeader(12, 4, NAME_REGISTERS) : rule.networkHeader(8, 16, NAME_REGISTERS))
                .isIn(SOURCES + (isV4 ? "4" : "6"), 0);
    }

    /** What is for the host itself. */
    private static void input(Contents table) {
        table.rule(
                CHAIN,
                "answers",
                new Expressions()
                        .connectionState(0)
                        .mask(0, new byte[] {Expressions.ESTABLISHED | Expressions.RELATED, 0, 0, 0})
                        .compare(0, DIFFERENT, new byte[4])
                        .verdict(ACCEPT));
        for (byte type : new byte[] {SOLICITATION, ADVERTISEMENT}) {
            table.rule(
                    CHAIN,
                    "neighbours",
                    Ruleset.of(false)
                            .meta(TRANSPORT_PROTOCOL, 0)
                            .compare(0, EQUAL, ICMP_V6)
                            .transportHeader(0, 1, 0)
                            .compare(0, EQUAL, type)
                            .verdict(ACCEPT));
        }
        for (boolean isV4 : new boolean[] {true, false}) {
            String family = isV4 ? "4" : "6";
            for (boolean isVeryAddress : new boolean[] {true, false}) {
                table.rule(
                        CHAIN,
                        "published ports that are relayed",
                        Ruleset.portKey(Ruleset.of(isV4), isV4, isVeryAddress)
                                .isIn("relayed" + family, 0)
                                .verdict(ACCEPT));
            }
            int size = isV4 ? 1 : 4;
            table.rule(
                    CHAIN,
                    "what it may reach",
                    Ruleset.destination(
                                    isV4
                                            ? Ruleset.of(true).networkHeader(12, 4, 0)
                                            : Ruleset.of(false).networkHeader(8, 16, 0),
                                    isV4,
                                    size)
                            .isIn(REACHED + family, 0)
                            .verdict(ACCEPT));
        }
        table.rule(CHAIN, "nothing else of the host", new Expressions().verdict(DROP));
    }
}

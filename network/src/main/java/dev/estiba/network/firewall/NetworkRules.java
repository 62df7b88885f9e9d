package dev.estiba.network.firewall;

import static dev.estiba.linux.netlink.Expressions.Comparison.DIFFERENT;
import static dev.estiba.linux.netlink.Expressions.Comparison.EQUAL;
import static dev.estiba.linux.netlink.Expressions.Meta.INPUT_NAME;
import static dev.estiba.linux.netlink.Expressions.Meta.OUTPUT_NAME;
import static dev.estiba.linux.netlink.Expressions.Meta.TRANSPORT_PROTOCOL;
import static dev.estiba.linux.netlink.Expressions.Verdict.ACCEPT;
import static dev.estiba.linux.netlink.Expressions.Verdict.DROP;
import static dev.estiba.linux.netlink.Expressions.Verdict.RETURN;

import dev.estiba.linux.netlink.Expressions;
import dev.estiba.linux.netlink.NfSets.Element;
import dev.estiba.network.BridgeOptions.GatewayMode;
import dev.estiba.network.NetworkConfig;
import dev.estiba.network.address.Subnet;
import java.net.InetAddress;
import java.util.Optional;

/** The chains of one network, and the elements by which its packets find them. */
final class NetworkRules {
    private static final byte ICMP = 1;
    private static final byte ICMP_V6 = 58;

    private final Ruleset ruleset;
    private final NetworkConfig network;
    private final String bridge;
    private final byte[] device;

    NetworkRules(Ruleset ruleset, NetworkConfig network) {
        this.ruleset = ruleset;
        this.network = network;
        this.bridge = network.bridge();
        this.device = Expressions.deviceName(bridge);
    }

    void build() {
        ruleset.element("bridges", Element.of(device));
        if (network.isInternal()) {
            internal();
        }
        into();
        hairpin();
        network.subnets().forEach(subnet -> {
            boolean isV4 = subnet.isV4();
            // Without masquerading answers have containers' addresses, and are told from attempts in "forward" only.
            boolean isHidden = !network.isInternal() && network.options().masquerade();
            if (isHidden && network.mode(isV4) == GatewayMode.NAT) {
                guard(subnet);
            }
            if (isHidden && network.mode(isV4).translates()) {
                masquerade(subnet);
            }
        });
    }

    private Expressions from() {
        return new Expressions().meta(INPUT_NAME, 0).compare(0, EQUAL, device);
    }

    private Expressions notFrom() {
        return new Expressions().meta(INPUT_NAME, 0).compare(0, DIFFERENT, device);
    }

    /** From an internal network to its own subnets, to groups and to neighbours only: not even to other addresses of the host. */
    private void internal() {
        String chain = "internal-" + bridge;
        ruleset.chain(chain);
        ruleset.element("internal", Element.jump(device, chain));
        for (boolean isV4 : new boolean[] {true, false}) {
            for (boolean isVeryAddress : new boolean[] {true, false}) {
                Expressions rule = Ruleset.portKey(Ruleset.of(isV4), isV4, isVeryAddress);
                ruleset.rule(
                        chain,
                        "relays to other networks",
                        rule.isIn("relayed" + (isV4 ? "4" : "6"), 0).verdict(DROP));
            }
        }
        network.subnets().forEach(subnet -> {
            Expressions rule = Ruleset.destination(Ruleset.of(subnet.isV4()), subnet.isV4(), 0)
                    .mask(0, mask(subnet))
                    .compare(0, EQUAL, subnet.first().getAddress());
            ruleset.rule(chain, "its own subnet", rule.verdict(RETURN));
        });
        // 224.0.0.0/4 and 255.255.255.255, fe80::/10, ff00::/8.
        byte high = (byte) 0xe0;
        ruleset.rule(
                chain,
                "groups",
                Ruleset.of(true)
                        .networkHeader(16, 1, 0)
                        .mask(0, new byte[] {high})
                        .compare(0, EQUAL, high)
                        .verdict(RETURN));
        ruleset.rule(
                chain,
                "groups",
                Ruleset.of(false)
                        .networkHeader(24, 1, 0)
                        .compare(0, EQUAL, (byte) 0xff)
                        .verdict(RETURN));
        ruleset.rule(
                chain,
                "neighbours",
                Ruleset.of(false)
                        .networkHeader(24, 2, 0)
                        .mask(0, new byte[] {(byte) 0xff, (byte) 0xc0})
                        .compare(0, EQUAL, (byte) 0xfe, (byte) 0x80)
                        .verdict(RETURN));
        ruleset.rule(chain, "nothing else", new Expressions().verdict(DROP));

        String confined = "confined-" + bridge;
        ruleset.chain(confined);
        ruleset.element("confined", Element.jump(device, confined));
        ruleset.rule(
                confined,
                "nothing goes out",
                new Expressions()
                        .meta(OUTPUT_NAME, 0)
                        .compare(0, DIFFERENT, device)
                        .verdict(DROP));
    }

    private static byte[] mask(Subnet subnet) {
        byte[] mask = new byte[subnet.isV4() ? 4 : 16];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (byte) (0xff00 >> Math.clamp(subnet.prefix() - 8L * i, 0, 8));
        }
        return mask;
    }

    /** What is forwarded into the network. */
    private void into() {
        String chain = "to-" + bridge;
        ruleset.chain(chain);
        ruleset.element("to", Element.jump(device, chain));
        if (network.isInternal()) {
            ruleset.rule(chain, "nothing comes in", notFrom().verdict(DROP));
        }
        if (network.options().interContainer()) {
            ruleset.rule(chain, "among its containers", from().verdict(ACCEPT));
        } else {
            ruleset.rule(
                    chain,
                    "among its containers, published ports",
                    Ruleset.translated(from()).verdict(ACCEPT));
            ruleset.rule(
                    chain, "among its containers, answers", established(from()).verdict(ACCEPT));
            ruleset.rule(chain, "nothing else among its containers", from().verdict(DROP));
        }
        ruleset.rule(chain, "answers", established(new Expressions()).verdict(ACCEPT));
        for (boolean isV4 : new boolean[] {true, false}) {
            fromOutside(chain, isV4);
        }
    }

    private static Expressions established(Expressions expressions) {
        return expressions
                .connectionState(0)
                .mask(0, new byte[] {Expressions.ESTABLISHED | Expressions.RELATED, 0, 0, 0})
                .compare(0, DIFFERENT, new byte[4]);
    }

    private void fromOutside(String chain, boolean isV4) {
        switch (network.mode(isV4)) {
            case NAT -> {
                ruleset.rule(
                        chain,
                        "published ports",
                        Ruleset.translated(Ruleset.of(isV4)).verdict(ACCEPT));
                ruleset.rule(chain, "nothing else", Ruleset.of(isV4).verdict(DROP));
            }
            case NAT_UNPROTECTED ->
                ruleset.rule(chain, "everything", Ruleset.of(isV4).verdict(ACCEPT));
            case ROUTED -> {
                Expressions open = Ruleset.of(isV4).meta(TRANSPORT_PROTOCOL, 0);
                Ruleset.destination(open, isV4, 1).destinationPort(isV4 ? 2 : 5).isIn("open" + (isV4 ? "4" : "6"), 0);
                ruleset.rule(chain, "published ports", open.verdict(ACCEPT));
                ruleset.rule(
                        chain,
                        "ping and errors",
                        Ruleset.of(isV4)
                                .meta(TRANSPORT_PROTOCOL, 0)
                                .compare(0, EQUAL, isV4 ? ICMP : ICMP_V6)
                                .verdict(ACCEPT));
                ruleset.rule(chain, "nothing else", Ruleset.of(isV4).verdict(DROP));
            }
            case ISOLATED -> ruleset.rule(chain, "nothing", Ruleset.of(isV4).verdict(DROP));
        }
    }

    /**
     * A container that reaches a published port of its own network: without, the answer would not come by the host. Known by its address,
     * because a packet that is translated while it passes the bridge (br_netfilter) has come from no device.
     */
    private void hairpin() {
        String chain = "hairpin-" + bridge;
        ruleset.chain(chain);
        ruleset.element("hairpin", Element.jump(device, chain));
        network.subnets().forEach(subnet -> {
            Expressions rule = Ruleset.source(Ruleset.of(subnet.isV4()), subnet.isV4())
                    .mask(0, mask(subnet))
                    .compare(0, EQUAL, subnet.first().getAddress());
            ruleset.rule(chain, "published ports", Ruleset.translated(rule).masquerade());
        });
    }

    private void guard(Subnet subnet) {
        String chain = "guard-" + bridge + (subnet.isV4() ? "-4" : "-6");
        ruleset.chain(chain);
        ruleset.subnet("guarded", subnet, chain);
        ruleset.rule(chain, "from the network itself", from().verdict(RETURN));
        for (String trusted : network.options().trustedDevices()) {
            byte[] name = Expressions.deviceName(trusted);
            ruleset.rule(
                    chain,
                    "trusted",
                    new Expressions()
                            .meta(INPUT_NAME, 0)
                            .compare(0, EQUAL, name)
                            .verdict(RETURN));
        }
        ruleset.rule(
                chain,
                "for the bridge itself, which is this host",
                Ruleset.toThisHost(new Expressions()).verdict(RETURN));
        ruleset.rule(chain, "nothing else", new Expressions().verdict(DROP));
    }

    private void masquerade(Subnet subnet) {
        boolean isV4 = subnet.isV4();
        String chain = "leaving-" + bridge + (isV4 ? "-4" : "-6");
        ruleset.chain(chain);
        ruleset.subnet("leaving", subnet, chain);
        ruleset.rule(
                chain,
                "inside of the network",
                new Expressions().meta(OUTPUT_NAME, 0).compare(0, EQUAL, device).verdict(RETURN));
        Optional<InetAddress> source =
                isV4 ? network.options().sourceV4() : network.options().sourceV6();
        if (source.isPresent()) {
            int family = isV4 ? 2 : 10;
            ruleset.rule(
                    chain,
                    "with this address",
                    new Expressions().load(0, source.get().getAddress()).translateSource(family, 0));
        } else {
            ruleset.rule(chain, "with the host's address", new Expressions().masquerade());
        }
    }
}

package dev.estiba.network.firewall;

import dev.estiba.linux.netlink.NfTables;
import dev.estiba.linux.netlink.NfTables.Hook;
import dev.estiba.network.HostNetwork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Other firewalls of the host that drop what containers send or get. What one table has accepted another one may still drop, so nothing
 * of ours can help it: a person is told which rule would.
 *
 * <p>Seen are chains whose policy is to drop, and firewalld, which rejects by a rule. Chains of iptables-legacy are not of nf_tables and
 * cannot be seen.
 */
public final class ForeignFirewalls {
    private ForeignFirewalls() {}

    /** A sentence for each of them, with the commands that let the bridge's packets through; nothing when there are none. */
    public static List<String> advice(HostNetwork host, String bridge) throws IOException {
        List<NfTables.Chain> chains = NfTables.chains(host.netfilter());
        Set<String> names = new HashSet<>();
        chains.forEach(chain -> names.add(chain.name()));
        List<String> advice = new ArrayList<>();
        for (NfTables.Chain chain : chains) {
            boolean isForward = chain.hook().filter(Hook.FORWARD::equals).isPresent();
            if (!isForward || chain.table().equals(Ruleset.TABLE)) {
                continue;
            }
            if (chain.drops()) {
                advice.add(about(chain, names, bridge));
            } else if (chain.table().name().equals("firewalld")) {
                advice.add("firewalld rejects what it does not know, packets of the network's bridge " + bridge
                        + " too. Let them through with: firewall-cmd --permanent --zone=trusted --add-interface="
                        + bridge
                        + " && firewall-cmd --reload");
            }
        }
        return advice.stream().distinct().toList();
    }

    private static String about(NfTables.Chain chain, Set<String> names, String bridge) {
        String drops = "the chain " + chain.name() + " of the table "
                + word(chain.table().family()) + " "
                + chain.table().name()
                + " drops what none of its rules accepts, packets of the network's bridge " + bridge
                + " too. Let them through with: ";
        boolean isIptables =
                chain.name().equals("FORWARD") && chain.table().name().equals("filter");
        if (!isIptables) {
            String rule = "nft insert rule " + word(chain.table().family()) + " "
                    + chain.table().name() + " " + chain.name() + " ";
            return drops + rule + "iifname " + bridge + " accept && " + rule + "oifname " + bridge + " accept";
        }
        String tables = chain.table().family() == NfTables.Family.IPV6 ? "ip6tables" : "iptables";
        if (names.contains("ufw-user-forward") || names.contains("ufw6-user-forward")) {
            return "ufw: " + drops + "ufw route allow in on " + bridge + " && ufw route allow out on " + bridge;
        }
        if (names.contains("DOCKER-USER")) {
            return "dockerd: " + drops + allow(tables, "DOCKER-USER", bridge);
        }
        return drops + allow(tables, "FORWARD", bridge);
    }

    private static String allow(String tables, String chain, String bridge) {
        return tables + " -I " + chain + " -i " + bridge + " -j ACCEPT && " + tables + " -I " + chain + " -o " + bridge
                + " -j ACCEPT";
    }

    private static String word(NfTables.Family family) {
        return switch (family) {
            case INET -> "inet";
            case IPV4 -> "ip";
            case IPV6 -> "ip6";
            case BRIDGE -> "bridge";
        };
    }
}

package dev.estiba.network;

import dev.estiba.linux.netlink.Links;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The host forwards packets: without, no container would reach anything. */
final class Forwarding {
    private static final String V4 = "ipv4/ip_forward";
    private static final String V6 = "ipv6/conf/all/forwarding";

    private Forwarding() {}

    /**
     * What was changed.
     *
     * @param v4 the host's devices, when it did not forward IPv4 before
     * @param v6 the host's devices, when it did not forward IPv6 before
     * @param sentences each change, for a person
     */
    record Changes(Set<String> v4, Set<String> v6, List<String> sentences) {
        Changes {
            v4 = Set.copyOf(v4);
            v6 = Set.copyOf(v6);
            sentences = List.copyOf(sentences);
        }
    }

    /**
     * Has the host forward.
     *
     * <p>A host that forwards IPv6 takes no router's advertisements any more unless it is told to (accept_ra 2, ip-sysctl.rst), and would
     * lose its own default route some minutes later: so the devices that have listened to routers do so first.
     */
    static Changes ensure(HostNetwork host, boolean needsV6) throws IOException {
        List<Links.Link> links = Links.all(host.route());
        return host.in(() -> {
            try (Sysctls sysctls = Sysctls.open()) {
                List<String> sentences = new ArrayList<>();
                boolean v4 = sysctls.read(V4).equals(Optional.of("0"));
                if (v4) {
                    sysctls.write(V4, "1");
                    sentences.add(
                            "net.ipv4.ip_forward was 0 and is 1: this host forwards for its containers, and not between the networks that it was in");
                }
                boolean v6 = needsV6 && sysctls.read(V6).equals(Optional.of("0"));
                if (v6) {
                    keepListening(sysctls, links, sentences);
                    sysctls.write(V6, "1");
                    sentences.add(
                            "net.ipv6.conf.all.forwarding was 0 and is 1: this host forwards for its containers, and not between the networks that it was in");
                }
                Set<String> devices = links.stream()
                        .filter(link -> link.index() != Links.LOOPBACK && !Bridge.isOurs(link))
                        .map(Links.Link::name)
                        .collect(Collectors.toSet());
                return new Changes(v4 ? devices : Set.of(), v6 ? devices : Set.of(), sentences);
            }
        });
    }

    private static void keepListening(Sysctls sysctls, List<Links.Link> links, List<String> sentences)
            throws IOException {
        for (Links.Link link : links) {
            boolean isUplink = link.index() != Links.LOOPBACK
                    && link.master().isEmpty()
                    && !link.kind().equals("bridge");
            String path = "ipv6/conf/" + link.name() + "/accept_ra";
            if (isUplink && sysctls.read(path).equals(Optional.of("1"))) {
                sysctls.write(path, "2");
                sentences.add("net.ipv6.conf." + link.name()
                        + ".accept_ra was 1 and is 2: it goes on listening to its router although the host forwards");
            }
        }
    }
}

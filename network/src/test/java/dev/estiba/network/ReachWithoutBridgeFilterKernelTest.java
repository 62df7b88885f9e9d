package dev.estiba.network;

import dev.estiba.linux.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** The same on a host whose bridges show the firewall nothing of what stays on them (no br_netfilter, or switched off). */
@Tag("kernel")
class ReachWithoutBridgeFilterKernelTest extends ReachKernelTest {
    @Override
    void setUp(World made) throws IOException {
        boolean unused = NetworkNamespace.in(made.host(), () -> {
            for (String name : new String[] {"bridge-nf-call-iptables", "bridge-nf-call-ip6tables"}) {
                Path setting = Path.of("/proc/sys/net/bridge", name);
                if (Files.exists(setting)) {
                    Files.writeString(setting, "0");
                }
            }
            return true;
        });
    }

    // What does not concern packets that stay on a bridge is not asked twice: these are no tests here.

    @Override
    void trustedDevicesAndUnprotectedNetworksAreOpen() {}

    @Override
    void otherPortsAreReachedFromNowhere() {}

    @Override
    void whatIsPublishedOnLoopbackIsReachedFromTheHostAlone() {}

    @Override
    void theHostsFirewallHoldsForPortsThatRespectIt() {}
}

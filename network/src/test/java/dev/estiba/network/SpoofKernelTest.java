package dev.estiba.network;

import static dev.estiba.network.World.doesNotReach;
import static dev.estiba.network.World.reaches;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.Fd;
import dev.estiba.network.World.Container;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A container that says that it has somebody else's address. Those of its own network it may deceive, as on every wire (as dockerd's); what is
 * meant for another network's containers, for the host or for who is on the host's wire never comes to it.
 */
@Tag("kernel")
@Timeout(180)
class SpoofKernelTest {
    private static final int OWN = 99;

    private World world;
    private Networks networks;

    @BeforeEach
    void begin() throws IOException {
        world = new World();
        networks = world.networks();
    }

    @AfterEach
    void end() throws Exception {
        if (world != null) {
            world.close();
        }
    }

    private NetworkConfig network(String name) throws IOException {
        return world.network(networks, NetworkRequest.of(world.id(), name));
    }

    /** By ARP (RFC 826) and neighbour advertisements (RFC 4861) that nobody has asked for, and as the sender of what it asks. */
    private static void claim(Fd attacker, String... addresses) {
        StringBuilder script = new StringBuilder("cd /proc/sys/net; echo 1 > ipv4/conf/eth0/arp_notify;"
                + " echo 1 > ipv6/conf/eth0/ndisc_notify; echo 0 > ipv6/conf/eth0/accept_dad; ip link set eth0 down;");
        for (String address : addresses) {
            script.append("ip address add ")
                    .append(address)
                    .append(address.indexOf(':') < 0 ? "/32" : "/128")
                    .append(" dev eth0;");
        }
        World.tell(attacker, "sh", "-c", script + "ip link set eth0 up");
    }

    @Test
    void whatIsMeantForOthersIsNotDiverted() throws Exception {
        assumeTrue(World.has("ip"), "needs ip(8)");
        NetworkConfig theirs = network("theirs");
        Container victim = world.container(networks, theirs);
        Container sibling = world.container(networks, theirs);
        Container attacker = world.container(networks, network("own"));
        world.serve(victim.namespace(), 80);
        world.serve(attacker.namespace(), OWN);
        world.serve(world.outsider(), 81);
        reaches(world.host(), attacker.v4(), OWN, "172.18.0.1");
        reaches(world.host(), victim.v4(), 80, "172.17.0.1");
        String gateway4 = theirs.gateway(true).orElseThrow().getHostAddress();
        claim(attacker.namespace(), victim.v4(), victim.v6(), gateway4, "10.9.0.1", "10.9.0.2", "fd09::2");
        for (Fd from : new Fd[] {world.host(), sibling.namespace()}) {
            for (String address : new String[] {victim.v4(), victim.v6(), gateway4, "10.9.0.2", "fd09::2"}) {
                doesNotReach(from, address, OWN);
            }
        }
        doesNotReach(world.outsider(), "10.9.0.1", OWN);
        reaches(world.host(), victim.v4(), 80, "172.17.0.1");
        reaches(sibling.namespace(), victim.v4(), 80, sibling.v4());
        reaches(world.host(), "10.9.0.2", 81, "10.9.0.1");
        reaches(sibling.namespace(), "10.9.0.2", 81, "10.9.0.1");
    }
}

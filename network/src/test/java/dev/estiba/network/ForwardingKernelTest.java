package dev.estiba.network;

import static dev.estiba.network.World.doesNotReach;
import static dev.estiba.network.World.reaches;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.Fd;
import dev.estiba.linux.netlink.Addresses;
import dev.estiba.linux.netlink.Links;
import dev.estiba.linux.netlink.NetlinkSocket;
import dev.estiba.linux.netlink.Routes;
import dev.estiba.network.World.Container;
import dev.estiba.network.address.AddressPools;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A host between two wires: it forwards for its containers, and becomes no router because of them. */
@Tag("kernel")
@Timeout(120)
class ForwardingKernelTest {
    private World world;
    private Networks networks;
    private Fd second;

    @BeforeEach
    void begin() throws IOException {
        world = new World();
        networks = world.networks();
        second = world.namespace();
        try (NetlinkSocket host = NetlinkSocket.open(world.host(), NetlinkSocket.Family.ROUTE);
                NetlinkSocket outside = NetlinkSocket.open(second, NetlinkSocket.Family.ROUTE)) {
            host.carryOut(Links.makePair(
                    new Links.End("uplink2", 0, Optional.empty(), 0),
                    0,
                    new Links.End("eth0", 0, Optional.empty(), 0),
                    second));
            int here = Links.find(host, "uplink2").orElseThrow().index();
            int there = Links.find(outside, "eth0").orElseThrow().index();
            host.carryOut(Addresses.add(here, World.address("10.8.0.1"), 24));
            outside.carryOut(
                    Links.up(Links.LOOPBACK),
                    Links.up(there),
                    Addresses.add(there, World.address("10.8.0.2"), 24),
                    Routes.add(new Routes.Route(
                            World.address("0.0.0.0"), 0, Optional.of(World.address("10.8.0.1")), there, 0)));
        }
        world.serve(world.outsider(), 80);
        world.serve(second, 80);
    }

    @AfterEach
    void end() throws Exception {
        if (world != null) {
            world.close();
        }
    }

    private void forward(String value) {
        World.tell(world.host(), "sh", "-c", "echo " + value + " > /proc/sys/net/ipv4/ip_forward");
    }

    @Test
    void aHostThatForwardedNothingDoesNotBecomeARouter() throws Exception {
        assumeTrue(World.has("nsenter"), "needs nsenter(1)");
        forward("0");
        NetworkConfig network = world.network(networks, NetworkRequest.of(world.id(), "net"));
        assertThat(World.tell(world.host(), "cat", "/proc/sys/net/ipv4/ip_forward"))
                .isEqualTo("1\n");
        Container web = world.container(networks, network);
        world.serve(web.namespace(), 80);
        networks.publish(web.endpoint().id(), List.of(PortRequest.of(8080, 80)), "container web");
        reaches(web.namespace(), "10.9.0.2", 80, "10.9.0.1");
        reaches(web.namespace(), "10.8.0.2", 80, "10.8.0.1");
        reaches(second, "10.8.0.1", 8080, "10.8.0.2");
        reaches(second, "10.9.0.1", 8080, "10.8.0.2");
        doesNotReach(second, "10.9.0.2", 80);
        doesNotReach(world.outsider(), "10.8.0.2", 80);
        // The next process knows it too, although the host forwards by now.
        networks.close();
        AddressPools pools = AddressPools.standard(World.uniqueLocal());
        try (Networks next = Networks.open(world.host(), pools, new Random(1))) {
            assertThat(next.reconcile(List.of(network), List.of()).problems()).isEmpty();
            doesNotReach(second, "10.9.0.2", 80);
        }
    }

    @Test
    void aRouterStaysOne() throws Exception {
        assumeTrue(World.has("nsenter"), "needs nsenter(1)");
        forward("1");
        NetworkConfig network = networks.allocate(NetworkRequest.of(world.id(), "net"));
        assertThat(networks.add(network)).noneMatch(told -> told.contains("ipv4"));
        reaches(second, "10.9.0.2", 80, "10.8.0.2");
        reaches(world.outsider(), "10.8.0.2", 80, "10.9.0.2");
    }
}

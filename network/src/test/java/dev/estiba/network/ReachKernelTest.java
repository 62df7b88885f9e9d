package dev.estiba.network;

import static dev.estiba.network.World.PATIENT;
import static dev.estiba.network.World.doesNotReach;
import static dev.estiba.network.World.reaches;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.Fd;
import dev.estiba.linux.InetSocket.Transport;
import dev.estiba.network.World.Container;
import dev.estiba.network.port.PortClaims.Range;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who reaches whom, asked with real packets from a host, an outsider and containers. */
@Tag("kernel")
@Timeout(180)
class ReachKernelTest {
    private World world;
    private Networks networks;

    @BeforeEach
    void begin() throws IOException {
        world = new World();
        setUp(world);
        networks = world.networks();
    }

    /** What else the host has. */
    void setUp(World made) throws IOException {
        // as the kernel makes it
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

    private NetworkConfig network(String name, Map<String, String> options, boolean isInternal) throws IOException {
        return world.network(
                networks,
                new NetworkRequest(
                        world.id(), name, List.of(), true, true, BridgeOptions.parse(options), isInternal, false));
    }

    @Test
    void containersReachOneAnotherAndTheWorldOutside() throws Exception {
        NetworkConfig network = network("net");
        Container one = world.container(networks, network);
        Container two = world.container(networks, network);
        assertThat(one.v4()).isEqualTo("172.17.0.2");
        assertThat(two.v4()).isEqualTo("172.17.0.3");
        assertThat(two.endpoint().address(false)).contains(World.address("fd5e:57:1ba::3"));
        world.serve(two.namespace(), 80);
        world.serve(world.outsider(), 81);
        world.serve(world.host(), 82);
        reaches(one.namespace(), two.v4(), 80, one.v4());
        reaches(one.namespace(), two.v6(), 80, "fd5e:57:1ba::2");
        // Outside, it is the host's address.
        reaches(one.namespace(), "10.9.0.2", 81, "10.9.0.1");
        reaches(one.namespace(), "fd09::2", 81, "fd09::1");
        reaches(one.namespace(), "172.17.0.1", 82, one.v4());
        // What is called host-gateway is another network's bridge, as a rule.
        Container stranger = world.container(networks, network("other"));
        reaches(stranger.namespace(), "172.17.0.1", 82, stranger.v4());
        reaches(stranger.namespace(), "fd5e:57:1ba::1", 82, "fd5e:57:1ba:1::2");
        reaches(world.host(), two.v4(), 80, "172.17.0.1");
    }

    @Test
    void publishedPortsAreReachedFromEverywhere() throws Exception {
        NetworkConfig network = network("net");
        NetworkConfig other = network("other");
        Container web = world.container(networks, network);
        Container sibling = world.container(networks, network);
        Container stranger = world.container(networks, other);
        world.serve(web.namespace(), 80);
        world.serveDatagrams(web.namespace(), 53);
        List<PublishedPort> ports = networks.publish(
                web.endpoint().id(),
                List.of(
                        PortRequest.of(8080, 80),
                        new PortRequest(Transport.UDP, Optional.empty(), Range.of(5353), 53, false)),
                "container web");
        assertThat(ports)
                .extracting(PublishedPort::text)
                .containsExactly("0.0.0.0:8080", "[::]:8080", "0.0.0.0:5353", "[::]:5353");
        // From outside with the client's own address.
        reaches(world.outsider(), "10.9.0.1", 8080, "10.9.0.2");
        reaches(world.outsider(), "fd09::1", 8080, "fd09::2");
        reaches(world.host(), "10.9.0.1", 8080, "10.9.0.1");
        reaches(world.host(), "127.0.0.1", 8080, "172.17.0.1");
        reaches(world.host(), "::1", 8080, "fd5e:57:1ba::1");
        reaches(sibling.namespace(), "10.9.0.1", 8080, "172.17.0.1");
        reaches(web.namespace(), "10.9.0.1", 8080, "172.17.0.1");
        reaches(web.namespace(), "172.17.0.1", 8080, "172.17.0.1");
        reaches(web.namespace(), "fd5e:57:1ba::1", 8080, "fd5e:57:1ba::1");
        reaches(stranger.namespace(), "10.9.0.1", 8080, "172.17.0.1");
        assertThat(World.askByDatagram(world.outsider(), "10.9.0.1", 5353, PATIENT))
                .contains("10.9.0.2");
        assertThat(World.askByDatagram(world.host(), "127.0.0.1", 5353, PATIENT))
                .contains("172.17.0.1");
        assertThat(World.askByDatagram(world.host(), "::1", 5353, PATIENT)).contains("fd5e:57:1ba::1");

        networks.unpublish(web.endpoint().id());
        doesNotReach(world.outsider(), "10.9.0.1", 8080);
        doesNotReach(world.host(), "127.0.0.1", 8080);
        doesNotReach(world.host(), "::1", 8080);
    }

    /** What has no published port is reached from its own network and the host alone, whatever routes others have. */
    @Test
    void otherPortsAreReachedFromNowhere() throws Exception {
        Container web = world.container(networks, network("net"));
        Container stranger = world.container(networks, network("other"));
        world.serve(web.namespace(), 80);
        world.serve(web.namespace(), 81);
        networks.publish(web.endpoint().id(), List.of(PortRequest.of(8080, 80)), "container web");
        reaches(world.host(), web.v4(), 81, "172.17.0.1");
        for (int port : new int[] {80, 81}) {
            doesNotReach(world.outsider(), web.v4(), port);
            doesNotReach(world.outsider(), web.v6(), port);
            doesNotReach(stranger.namespace(), web.v4(), port);
            doesNotReach(stranger.namespace(), web.v6(), port);
        }
        reaches(world.outsider(), "10.9.0.1", 8080, "10.9.0.2");
        // It is the firewall that holds them off.
        assumeTrue(World.has("nft"), "needs nft(8)");
        networks.close();
        World.changeFirewall(world.host(), "flush chain inet estiba raw; flush chain inet estiba forward");
        reaches(world.outsider(), web.v4(), 81, "10.9.0.2");
        reaches(stranger.namespace(), web.v4(), 81, "172.17.0.1");
    }

    @Test
    void trustedDevicesAndUnprotectedNetworksAreOpen() throws Exception {
        Container trusting = world.container(
                networks,
                network("trusting", Map.of("com.docker.network.bridge.trusted_host_interfaces", "uplink"), false));
        Container open = world.container(
                networks,
                network("open", Map.of("com.docker.network.bridge.gateway_mode_ipv4", "nat-unprotected"), false));
        Container routed = world.container(
                networks,
                network(
                        "routed",
                        Map.of(
                                "com.docker.network.bridge.gateway_mode_ipv4", "routed",
                                "com.docker.network.bridge.gateway_mode_ipv6", "routed"),
                        false));
        for (Container each : List.of(trusting, open, routed)) {
            world.serve(each.namespace(), 80);
            world.serve(each.namespace(), 81);
        }
        reaches(world.outsider(), open.v4(), 80, "10.9.0.2");
        doesNotReach(world.outsider(), open.v6(), 80);
        doesNotReach(world.outsider(), routed.v4(), 80);
        // Trusted is who comes by the device; what is not published is dropped on its way in all the same.
        networks.publish(trusting.endpoint().id(), List.of(PortRequest.of(8080, 80)), "container trusting");
        doesNotReach(world.outsider(), trusting.v4(), 81);
        assertThat(networks.publish(routed.endpoint().id(), List.of(PortRequest.of(8081, 80)), "container routed"))
                .extracting(PublishedPort::text)
                .containsExactly("0.0.0.0:80", "[::]:80");
        reaches(world.outsider(), routed.v4(), 80, "10.9.0.2");
        reaches(world.outsider(), routed.v6(), 80, "fd09::2");
        doesNotReach(world.outsider(), routed.v4(), 81);
        // Nothing of it is translated on its way out either.
        world.serve(world.outsider(), 90);
        reaches(routed.namespace(), "10.9.0.2", 90, routed.v4());
    }

    @Test
    void containersThatMayNotReachOneAnotherDoNot() throws Exception {
        NetworkConfig network = network("silent", Map.of("com.docker.network.bridge.enable_icc", "false"), false);
        Container one = world.container(networks, network);
        Container two = world.container(networks, network);
        world.serve(two.namespace(), 80);
        world.serve(two.namespace(), 81);
        networks.publish(two.endpoint().id(), List.of(PortRequest.of(8080, 80)), "container two");
        doesNotReach(one.namespace(), two.v4(), 81);
        doesNotReach(one.namespace(), two.v6(), 81);
        reaches(one.namespace(), "10.9.0.1", 8080, "172.17.0.1");
        reaches(world.host(), two.v4(), 81, "172.17.0.1");
        world.serve(world.outsider(), 90);
        reaches(one.namespace(), "10.9.0.2", 90, "10.9.0.1");
    }

    /** CVE-2024-29018 and its like: nothing leaves an internal network, not even to other addresses of the host. */
    @Test
    void internalNetworksLeakNothing() throws Exception {
        NetworkConfig internal = network("internal", Map.of(), true);
        NetworkConfig other = network("other");
        Container one = world.container(networks, internal);
        Container two = world.container(networks, internal);
        Container stranger = world.container(networks, other);
        world.serve(two.namespace(), 80);
        world.serve(stranger.namespace(), 80);
        world.serve(world.host(), 81);
        world.serve(world.outsider(), 81);
        networks.publish(stranger.endpoint().id(), List.of(PortRequest.of(8080, 80)), "container stranger");
        assertThat(networks.publish(two.endpoint().id(), List.of(PortRequest.of(8081, 80)), "container two"))
                .isEmpty();
        reaches(one.namespace(), two.v4(), 80, one.v4());
        reaches(one.namespace(), two.v6(), 80, "fd5e:57:1ba::2");
        // Its containers have no route; an attacker makes one.
        String gateway = internal.gateway(true).orElseThrow().getHostAddress();
        assumeTrue(World.has("ip"), "needs ip(8)");
        World.tell(one.namespace(), "ip", "route", "add", "default", "via", gateway);
        World.tell(one.namespace(), "ip", "-6", "route", "add", "default", "via", "fd5e:57:1ba::1");
        doesNotReach(one.namespace(), "10.9.0.2", 81);
        doesNotReach(one.namespace(), "10.9.0.1", 81);
        doesNotReach(one.namespace(), "fd09::2", 81);
        doesNotReach(one.namespace(), "fd09::1", 81);
        doesNotReach(one.namespace(), "10.9.0.1", 8080);
        doesNotReach(one.namespace(), stranger.v4(), 80);
        doesNotReach(world.outsider(), two.v4(), 80);
        doesNotReach(world.outsider(), "10.9.0.1", 8081);
        doesNotReach(stranger.namespace(), two.v4(), 80);
        assertThat(World.askByDatagram(one.namespace(), "10.9.0.1", 8080, World.BRIEF))
                .isEmpty();
        reaches(world.host(), two.v4(), 80, gateway);
        // The relay of a port has the host's own sockets, at the internal network's gateway as well.
        PortRequest relayed = new PortRequest(Transport.TCP, Optional.empty(), Range.of(8082), 80, true);
        networks.unpublish(stranger.endpoint().id());
        networks.publish(stranger.endpoint().id(), List.of(relayed), "container stranger");
        reaches(world.outsider(), "10.9.0.1", 8082, "172.18.0.1");
        for (String address : List.of(gateway, "fd5e:57:1ba::1", "10.9.0.1")) {
            doesNotReach(one.namespace(), address, 8082);
        }
    }

    /** A port of 127.0.0.1 is the host's alone: a neighbour on the wire that sends packets for 127.0.0.1 does not get there. */
    @Test
    void whatIsPublishedOnLoopbackIsReachedFromTheHostAlone() throws Exception {
        Container web = world.container(networks, network("net"));
        world.serve(web.namespace(), 80);
        networks.publish(
                web.endpoint().id(),
                List.of(
                        new PortRequest(
                                Transport.TCP, Optional.of(World.address("127.0.0.1")), Range.of(8080), 80, false),
                        new PortRequest(Transport.TCP, Optional.of(World.address("::1")), Range.of(8080), 80, false)),
                "container web");
        reaches(world.host(), "127.0.0.1", 8080, "172.17.0.1");
        reaches(world.host(), "::1", 8080, "fd5e:57:1ba::1");
        doesNotReach(world.outsider(), "10.9.0.1", 8080);
        doesNotReach(world.outsider(), "fd09::1", 8080);
        doesNotReach(web.namespace(), "172.17.0.1", 8080);
        assumeTrue(World.has("ip"), "needs ip(8)");
        Fd attacker = world.outsider();
        World.tell(
                attacker,
                "sh",
                "-c",
                "ip address flush dev lo; ip route flush table local type local dev lo;"
                        + " echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet; ip route add 127.0.0.1/32 via 10.9.0.1");
        doesNotReach(attacker, "127.0.0.1", 8080);
        // A service of the host's own is not reached by a container in that way either, although its bridge lets
        // 127.0.0.0/8 pass.
        world.serve(world.host(), 82);
        World.tell(
                web.namespace(),
                "sh",
                "-c",
                "ip address flush dev lo; ip route flush table local type local dev lo;"
                        + " echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet; ip route add 127.0.0.1/32 via 172.17.0.1");
        doesNotReach(web.namespace(), "127.0.0.1", 82);
        assumeTrue(World.has("nft"), "needs nft(8)");
        networks.close();
        World.changeFirewall(world.host(), "flush chain inet estiba raw");
        reaches(web.namespace(), "127.0.0.1", 82, web.v4());
    }

    @Test
    void theHostsFirewallHoldsForPortsThatRespectIt() throws Exception {
        assumeTrue(World.has("nft"), "needs nft(8)");
        Container web = world.container(networks, network("net"));
        world.serve(web.namespace(), 80);
        networks.publish(
                web.endpoint().id(),
                List.of(
                        PortRequest.of(8080, 80),
                        new PortRequest(Transport.TCP, Optional.empty(), Range.of(8081), 80, true)),
                "container web");
        reaches(world.outsider(), "10.9.0.1", 8081, "172.17.0.1");
        reaches(world.outsider(), "fd09::1", 8081, "fd5e:57:1ba::1");
        // As "ufw deny" does.
        World.tell(
                world.host(),
                "nft",
                "add table inet administrator; add chain inet administrator input"
                        + " { type filter hook input priority 0; }; add rule inet administrator input tcp dport 8080-8081 drop");
        reaches(world.outsider(), "10.9.0.1", 8080, "10.9.0.2");
        doesNotReach(world.outsider(), "10.9.0.1", 8081);
        doesNotReach(world.outsider(), "fd09::1", 8081);
    }
}

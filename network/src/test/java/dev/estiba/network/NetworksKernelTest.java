package dev.estiba.network;

import static dev.estiba.network.World.doesNotReach;
import static dev.estiba.network.World.reaches;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.Fd;
import dev.estiba.linux.InetSocket.Transport;
import dev.estiba.linux.netlink.Links;
import dev.estiba.linux.netlink.NetlinkSocket;
import dev.estiba.network.World.Container;
import dev.estiba.network.address.AddressPools;
import dev.estiba.network.address.Subnet;
import dev.estiba.network.port.PortClaims.Range;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Networks as they come, go, meet others on the host, and survive a crash. */
@Tag("kernel")
@Timeout(180)
class NetworksKernelTest {
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

    private NetworkConfig network(String name, Map<String, String> options, boolean isInternal) throws IOException {
        return world.network(
                networks,
                new NetworkRequest(
                        world.id(), name, List.of(), true, true, BridgeOptions.parse(options), isInternal, false));
    }

    @Test
    void aPortThatIsTakenNamesItsHolder() throws Exception {
        NetworkConfig network = network("net");
        Container one = world.container(networks, network);
        Container two = world.container(networks, network);
        networks.publish(one.endpoint().id(), List.of(PortRequest.of(8080, 80)), "container one");
        assertThatThrownBy(
                        () -> networks.publish(two.endpoint().id(), List.of(PortRequest.of(8080, 80)), "container two"))
                .isInstanceOf(NetworkException.class)
                .hasMessage("Bind for 0.0.0.0:8080 failed: port is already allocated (by container one)");
        world.serve(world.host(), 8081);
        assertThatThrownBy(
                        () -> networks.publish(two.endpoint().id(), List.of(PortRequest.of(8081, 80)), "container two"))
                .isInstanceOf(NetworkException.class)
                .hasMessageMatching("listen tcp[46] (0.0.0.0|\\[::]):8081: bind: address already in use \\(by process "
                        + ProcessHandle.current().pid() + ", .*java.*\\)");
        assertThatThrownBy(() -> networks.publish(
                        two.endpoint().id(),
                        List.of(new PortRequest(
                                Transport.TCP, Optional.of(World.address("10.9.9.9")), Range.of(80), 80, false)),
                        "container two"))
                .hasMessage("listen tcp4 10.9.9.9:80: bind: cannot assign requested address");
        // Of a range the first that is free; nothing that failed is left.
        assertThat(networks.publish(
                        two.endpoint().id(),
                        List.of(new PortRequest(Transport.TCP, Optional.empty(), new Range(8080, 8082), 80, false)),
                        "container two"))
                .extracting(PublishedPort::hostPort)
                .containsExactly(8082, 8082);
        networks.unpublish(one.endpoint().id());
        int port = networks.publish(
                        one.endpoint().id(),
                        List.of(new PortRequest(Transport.TCP, Optional.empty(), Range.ephemeral(), 80, false)),
                        "container one")
                .getFirst()
                .hostPort();
        assertThat(port).isBetween(32768, 60999);
    }

    @Test
    void aFlushedFirewallIsMadeAgain() throws Exception {
        networks.close();
        networks = world.networksOfAnybody();
        assumeTrue(World.has("nft"), "needs nft(8)");
        Container web = world.container(networks, network("net"));
        world.serve(web.namespace(), 80);
        networks.publish(web.endpoint().id(), List.of(PortRequest.of(8080, 80)), "container web");
        assertThat(networks.isFirewallIntact()).isTrue();
        World.tell(world.host(), "nft", "add table inet another");
        assertThat(networks.isFirewallIntact()).isTrue();
        World.tell(world.host(), "nft", "add rule inet estiba forward accept");
        assertThat(networks.isFirewallIntact()).isFalse();
        assertThat(networks.restoreFirewall()).isTrue();
        assertThat(networks.restoreFirewall()).isFalse();
        World.tell(world.host(), "nft", "flush set inet estiba bridges");
        assertThat(networks.restoreFirewall()).isTrue();
        World.tell(world.host(), "nft", "flush ruleset");
        assertThat(networks.isFirewallIntact()).isFalse();
        // Whoever publishes next brings it back as well.
        Container more = world.container(networks, network("more"));
        World.tell(world.host(), "nft", "flush ruleset");
        networks.publish(more.endpoint().id(), List.of(PortRequest.of(8081, 80)), "container more");
        assertThat(networks.isFirewallIntact()).isTrue();
        reaches(world.outsider(), "10.9.0.1", 8080, "10.9.0.2");
        doesNotReach(world.outsider(), web.v4(), 80);
    }

    /** Advisories of 2025 on rules that were lost when firewalld reloaded (CVE-2025-54388, CVE-2025-54410): nobody loses ours. */
    @Test
    void cve2025_54388_nobodyElseFlushesTheFirewall() throws Exception {
        assumeTrue(World.has("nft"), "needs nft(8)");
        Container web = world.container(networks, network("net"));
        world.serve(web.namespace(), 80);
        networks.publish(web.endpoint().id(), List.of(PortRequest.of(8080, 80)), "container web");
        String table = World.tell(world.host(), "nft", "list", "table", "inet", "estiba");
        assumeTrue(table.contains("owner"), "this kernel has no tables with owners that stay");
        World.tell(world.host(), "nft", "flush ruleset");
        assertThat(networks.isFirewallIntact()).isTrue();
        doesNotReach(world.outsider(), web.v4(), 80);
        reaches(world.outsider(), "10.9.0.1", 8080, "10.9.0.2");
        // Another process is told, and changes nothing.
        AddressPools pools = AddressPools.standard(World.uniqueLocal());
        try (Networks second = Networks.open(world.host(), pools, new Random(1))) {
            NetworkConfig more = second.allocate(NetworkRequest.of(world.id(), "more"));
            assertThatThrownBy(() -> second.add(more))
                    .hasMessage(
                            "another process, another Estiba perhaps, has the table inet estiba of this host's firewall");
        }
        assertThat(networks.isFirewallIntact()).isTrue();
        // When the process has ended the table is there, and the next one takes it.
        networks.close();
        doesNotReach(world.outsider(), web.v4(), 80);
        reaches(world.outsider(), "10.9.0.1", 8080, "10.9.0.2");
    }

    @Test
    void whatACrashHasLeftIsTakenUpAgain() throws Exception {
        NetworkConfig network = network("net");
        NetworkConfig gone = network("gone");
        Container web = world.container(networks, network);
        Container orphan = world.container(networks, network);
        world.serve(web.namespace(), 80);
        List<PublishedPort> ports =
                networks.publish(web.endpoint().id(), List.of(PortRequest.of(8080, 80)), "container web");
        networks.publish(orphan.endpoint().id(), List.of(PortRequest.of(8081, 80)), "container orphan");
        EndpointConfig recorded = web.endpoint().with(ports);
        EndpointConfig lost = networks.allocate(EndpointRequest.of(world.id(), network.id(), "lost", List.of()));
        networks.close();

        try (Networks next = Networks.open(world.host(), networksPools(), new Random(1))) {
            Networks.Reconciled found = next.reconcile(List.of(network), List.of(recorded, lost));
            assertThat(found.problems()).isEmpty();
            assertThat(found.lost()).containsExactly(lost.id());
            assertThat(found.removed())
                    .containsExactlyInAnyOrder(gone.bridge(), orphan.endpoint().hostDevice());
            assertThat(next.isFirewallIntact()).isTrue();
            reaches(world.outsider(), "10.9.0.1", 8080, "10.9.0.2");
            reaches(world.host(), "::1", 8080, "fd5e:57:1ba::1");
            doesNotReach(world.outsider(), "10.9.0.1", 8081);
            assertThatThrownBy(() -> next.allocate(new EndpointRequest(
                            world.id(),
                            network.id(),
                            "another",
                            recorded.addresses(),
                            Optional.empty(),
                            Optional.empty(),
                            0,
                            List.of(),
                            Map.of(),
                            List.of(),
                            Map.of())))
                    .hasMessage("Address already in use");
            // Once more changes nothing.
            next.disconnect(recorded.id(), Optional.empty());
            next.release(recorded);
            next.remove(network.id());
        }
        try (NetlinkSocket socket = NetlinkSocket.open(world.host(), NetlinkSocket.Family.ROUTE)) {
            assertThat(Links.all(socket)).extracting(Links.Link::name).containsExactlyInAnyOrder("lo", "uplink");
        }
    }

    private static AddressPools networksPools() throws IOException {
        return AddressPools.standard(World.uniqueLocal());
    }

    @Test
    void theDefaultRouteIsOfTheNetworkWithTheHighestPriority() throws Exception {
        assumeTrue(World.has("ip"), "needs ip(8)");
        NetworkConfig first = network("a");
        NetworkConfig second = network("b");
        NetworkConfig third = network("c", Map.of(), true);
        Fd namespace = world.namespace();
        EndpointConfig one = networks.connect(
                networks.allocate(EndpointRequest.of(world.id(), second.id(), "multi", List.of())), namespace);
        assertThat(World.tell(namespace, "ip", "route", "show", "default")).contains("via 172.18.0.1 dev eth0");
        EndpointConfig two = networks.connect(
                networks.allocate(EndpointRequest.of(world.id(), first.id(), "multi", List.of())), namespace);
        assertThat(two.device()).contains("eth1");
        assertThat(World.tell(namespace, "ip", "route", "show", "default")).contains("via 172.17.0.1 dev eth1");
        EndpointConfig three = networks.connect(
                networks.allocate(new EndpointRequest(
                        world.id(),
                        third.id(),
                        "multi",
                        List.of(World.address("172.19.0.77")),
                        Optional.of(new Links.Mac("02:00:00:00:00:77")),
                        Optional.of("inner"),
                        100,
                        List.of(World.address("169.254.7.7")),
                        Map.of("net.ipv4.conf.IFNAME.log_martians", "1"),
                        List.of(),
                        Map.of())),
                namespace);
        assertThat(three.device()).contains("inner");
        assertThat(World.tell(namespace, "ip", "address", "show", "dev", "inner"))
                .contains("172.19.0.77/16", "169.254.7.7/16", "02:00:00:00:00:77");
        assertThat(World.tell(namespace, "cat", "/proc/sys/net/ipv4/conf/inner/log_martians"))
                .isEqualTo("1\n");
        assertThat(World.tell(namespace, "ip", "route", "show", "default")).contains("via 172.17.0.1 dev eth1");
        networks.disconnect(two.id(), Optional.of(namespace));
        networks.release(two);
        assertThat(World.tell(namespace, "ip", "route", "show", "default")).contains("via 172.18.0.1 dev eth0");
        assertThat(World.tell(namespace, "ip", "-6", "route", "show", "default"))
                .contains("fd5e:57:1ba:1::1 dev eth0");
        networks.disconnect(one.id(), Optional.of(namespace));
        assertThat(World.tell(namespace, "ip", "route", "show", "default")).isEmpty();
        networks.disconnect(three.id(), Optional.of(namespace));
        assertThat(World.tell(namespace, "ip", "-br", "link")).doesNotContain("eth", "inner");
    }

    /** CVE-2020-13401: a container that says it is a router is not the host's. The host's own routers go on to be. */
    @Test
    void cve2020_13401_containersAreNoRoutersOfTheHost() throws Exception {
        World.tell(world.host(), "sh", "-c", "echo 0 > /proc/sys/net/ipv4/ip_forward");
        World.tell(world.host(), "sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/uplink/accept_ra");
        NetworkConfig network = networks.allocate(NetworkRequest.of(world.id(), "net"));
        List<String> told = networks.add(network);
        assertThat(told)
                .anyMatch(text -> text.startsWith("net.ipv4.ip_forward was 0 and is 1"))
                .anyMatch(text -> text.startsWith("net.ipv6.conf.all.forwarding was 0 and is 1"))
                .anyMatch(text -> text.startsWith("net.ipv6.conf.uplink.accept_ra was 1 and is 2"));
        assertThat(World.tell(world.host(), "cat", "/proc/sys/net/ipv6/conf/" + network.bridge() + "/accept_ra"))
                .isEqualTo("0\n");
        assertThat(networks.add(network)).isEmpty();
    }

    @Test
    void otherFirewallsThatDropAreNamed() throws Exception {
        assumeTrue(World.has("nft"), "needs nft(8)");
        World.tell(
                world.host(),
                "nft",
                "add table ip filter; add chain ip filter FORWARD"
                        + " { type filter hook forward priority 0; policy drop; }; add chain ip filter DOCKER-USER;"
                        + " add rule ip filter FORWARD jump DOCKER-USER");
        NetworkConfig network = networks.allocate(NetworkRequest.of(world.id(), "net"));
        List<String> told = networks.add(network);
        String bridge = network.bridge();
        assertThat(told)
                .contains(
                        "dockerd: the chain FORWARD of the table ip filter drops what none of its rules accepts, packets of the"
                                + " network's bridge " + bridge
                                + " too. Let them through with: iptables -I DOCKER-USER -i "
                                + bridge + " -j ACCEPT && iptables -I DOCKER-USER -o " + bridge + " -j ACCEPT");
        Container one = world.container(networks, network);
        world.serve(world.outsider(), 81);
        doesNotReach(one.namespace(), "10.9.0.2", 81);
        // What is said helps.
        World.tell(
                world.host(),
                "nft",
                "add rule ip filter DOCKER-USER iifname " + bridge + " accept;"
                        + " add rule ip filter DOCKER-USER oifname " + bridge + " accept");
        reaches(one.namespace(), "10.9.0.2", 81, "10.9.0.1");
    }

    /** Subnets that the host itself speaks to are nobody's. */
    @Test
    void subnetsAreChosenBesideTheHostsOwn() throws Exception {
        assumeTrue(World.has("ip"), "needs ip(8)");
        World.tell(world.host(), "ip", "route", "add", "172.17.5.0/24", "via", "10.9.0.2");
        World.tell(world.host(), "ip", "address", "add", "172.18.0.9/32", "dev", "uplink");
        NetworkConfig network = network("net");
        assertThat(network.subnets()).first().hasToString("172.19.0.0/16");
        assertThatThrownBy(() -> networks.allocate(new NetworkRequest(
                        world.id(),
                        "overlapping",
                        List.of(NetworkRequest.Pool.of(Subnet.parse("172.19.128.0/24"))),
                        true,
                        false,
                        BridgeOptions.defaults(),
                        false,
                        false)))
                .hasMessage("invalid pool request: Pool overlaps with other one on this address space");
        NetworkConfig small = world.network(
                networks,
                new NetworkRequest(
                        world.id(),
                        "small",
                        List.of(NetworkRequest.Pool.of(Subnet.parse("10.77.0.0/30"))),
                        true,
                        networks.hasV6(),
                        BridgeOptions.defaults(),
                        false,
                        false));
        assertThat(world.container(networks, small).v4()).isEqualTo("10.77.0.2");
        assertThatThrownBy(() -> world.container(networks, small))
                .hasMessage("no available IPv4 addresses on this network's address pools: small (" + small.id() + ")");
    }
}

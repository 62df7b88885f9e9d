package dev.estiba.network;

import static dev.estiba.network.World.PATIENT;
import static dev.estiba.network.World.doesNotReach;
import static dev.estiba.network.World.reaches;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.Fd;
import dev.estiba.linux.InetSocket.Transport;
import dev.estiba.linux.NetworkNamespace;
import dev.estiba.linux.netlink.NetlinkSocket;
import dev.estiba.linux.netlink.NfTables;
import dev.estiba.network.World.Container;
import dev.estiba.network.address.AddressPools;
import dev.estiba.network.port.PortClaims.Range;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Containers that are kept in narrowly, beside one that is not. */
@Tag("kernel")
@Timeout(180)
class StrictKernelTest {
    private static final String METADATA_V4 = "169.254.169.254";
    private static final String METADATA_V6 = "fd00:ec2::254";

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

    private Container strict(NetworkConfig network, String... hostAddresses) throws IOException {
        Fd namespace = world.namespace();
        String id = world.id();
        EndpointConfig endpoint = networks.allocate(EndpointRequest.of(id, network.id(), "strict-" + id, List.of()))
                .confined(new StrictEndpoint(
                        List.of(hostAddresses).stream().map(World::address).toList()));
        return new Container(namespace, networks.connect(endpoint, namespace));
    }

    @Test
    void noServiceOfTheHostIsReached() throws Exception {
        NetworkConfig network = network("net");
        Container plain = world.container(networks, network);
        Container strict = strict(network);
        Container second = strict(network("other"), "172.17.0.1");
        world.serve(world.host(), 80);
        world.serveDatagrams(world.host(), 81);
        world.serve(strict.namespace(), 82);
        world.serve(second.namespace(), 82);
        world.serve(world.outsider(), 83);
        for (String host : new String[] {"172.17.0.1", "fd5e:57:1ba::1", "10.9.0.1", "fd09::1", "172.18.0.1"}) {
            assertThat(World.ask(plain.namespace(), host, 80, PATIENT)).as(host).isPresent();
            doesNotReach(strict.namespace(), host, 80);
        }
        assertThat(World.askByDatagram(plain.namespace(), "172.17.0.1", 81, PATIENT))
                .isPresent();
        assertThat(World.askByDatagram(strict.namespace(), "172.17.0.1", 81, World.BRIEF))
                .isEmpty();
        // What has been allowed to one, by that address alone.
        reaches(second.namespace(), "172.17.0.1", 80, second.v4());
        doesNotReach(second.namespace(), "10.9.0.1", 80);
        doesNotReach(second.namespace(), "172.18.0.1", 80);
        // The host reaches it, and so does its own network; it reaches the world outside.
        reaches(world.host(), strict.v4(), 82, "172.17.0.1");
        reaches(world.host(), strict.v6(), 82, "fd5e:57:1ba::1");
        reaches(plain.namespace(), strict.v4(), 82, plain.v4());
        reaches(strict.namespace(), "10.9.0.2", 83, "10.9.0.1");
        reaches(strict.namespace(), "fd09::2", 83, "fd09::1");
        doesNotReach(second.namespace(), strict.v4(), 82);
    }

    @Test
    void publishedPortsAreReachedAsBefore() throws Exception {
        NetworkConfig network = network("net");
        Container web = strict(network);
        Container sibling = strict(network);
        Container stranger = strict(network("other"));
        world.serve(web.namespace(), 80);
        networks.publish(
                web.endpoint().id(),
                List.of(
                        PortRequest.of(8080, 80),
                        new PortRequest(Transport.TCP, Optional.empty(), Range.of(8081), 80, true)),
                "container web");
        for (Container from : new Container[] {web, sibling, stranger}) {
            for (String host : new String[] {"10.9.0.1", "fd09::1"}) {
                // The second one by a process of the host.
                for (int port : new int[] {8080, 8081}) {
                    assertThat(World.ask(from.namespace(), host, port, PATIENT))
                            .as("%s:%d", host, port)
                            .isPresent();
                }
            }
        }
        reaches(world.outsider(), "10.9.0.1", 8080, "10.9.0.2");
        reaches(world.host(), "::1", 8080, "fd5e:57:1ba::1");
        networks.unpublish(web.endpoint().id());
        doesNotReach(stranger.namespace(), "10.9.0.1", 8081);
    }

    /** The secrets of a cloud's machine: on the host itself, as a relay for containers has them, and beyond it. */
    @Test
    void metadataOfTheCloudAreNotReached() throws Exception {
        assumeTrue(World.has("ip"), "needs ip(8)");
        NetworkConfig network = network("net");
        Container plain = world.container(networks, network);
        Container strict = strict(network, METADATA_V4);
        world.serve(world.host(), 80);
        world.serve(world.outsider(), 80);
        String device = "ip link add imds type bridge && ip link set imds up && ip address add " + METADATA_V4
                + "/32 dev imds && ip address add " + METADATA_V6 + "/128 dev imds nodad";
        World.tell(world.host(), "sh", "-c", device);
        for (String address : new String[] {METADATA_V4, METADATA_V6}) {
            assertThat(World.ask(plain.namespace(), address, 80, PATIENT)).isPresent();
            doesNotReach(strict.namespace(), address, 80);
        }
        World.tell(world.outsider(), "sh", "-c", device);
        World.tell(
                world.host(),
                "sh",
                "-c",
                "ip link delete imds && ip route add " + METADATA_V4 + " via 10.9.0.2 && ip route add " + METADATA_V6
                        + " via fd09::2");
        for (String address : new String[] {METADATA_V4, METADATA_V6}) {
            assertThat(World.ask(plain.namespace(), address, 80, PATIENT)).isPresent();
            doesNotReach(strict.namespace(), address, 80);
        }
    }

    /** Sends from an address and a port, which the sender has to have. */
    private static void send(Fd from, String own, String to, int port) throws IOException {
        boolean unused = NetworkNamespace.in(from, () -> {
            try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(World.address(own), 0))) {
                for (int i = 0; i < 5; i++) {
                    socket.send(new DatagramPacket(new byte[1], 1, new InetSocketAddress(World.address(to), port)));
                }
            }
            return true;
        });
    }

    private static Optional<String> received(DatagramSocket socket, int timeout) throws IOException {
        socket.setSoTimeout(timeout);
        DatagramPacket packet = new DatagramPacket(new byte[8], 8);
        try {
            socket.receive(packet);
            return Optional.of(packet.getAddress().getHostAddress());
        } catch (SocketTimeoutException e) {
            return Optional.empty();
        }
    }

    /** With rights that a strict container has not got by itself, as when {@code --cap-add NET_ADMIN} is said. */
    @Test
    void othersAddressesAreNotUsed() throws Exception {
        assumeTrue(World.has("ip"), "needs ip(8)");
        assumeTrue(networks.seesFrames(), "this kernel has no tables of frames");
        NetworkConfig network = network("net");
        Container victim = world.container(networks, network);
        Container plain = world.container(networks, network);
        Container strict = strict(network);
        world.serve(victim.namespace(), 80);
        String foreignV4 = "172.17.77.77";
        String foreignV6 = "fd5e:57:1ba::7777";
        // What has been learnt of neighbours is not asked for again.
        for (Container each : new Container[] {plain, strict}) {
            reaches(each.namespace(), victim.v4(), 80, each.v4());
            assertThat(World.ask(each.namespace(), victim.v6(), 80, PATIENT)).isPresent();
            World.tell(
                    each.namespace(),
                    "sh",
                    "-c",
                    "ip address add " + foreignV4 + "/32 dev eth0; ip address add " + foreignV6
                            + "/128 dev eth0 nodad");
        }
        try (DatagramSocket socket = NetworkNamespace.in(victim.namespace(), () -> new DatagramSocket(99))) {
            send(plain.namespace(), foreignV4, victim.v4(), 99);
            assertThat(received(socket, PATIENT)).contains(foreignV4);
            send(plain.namespace(), foreignV6, victim.v6(), 99);
            for (Optional<String> from = received(socket, PATIENT);
                    !from.equals(Optional.of("fd5e:57:1ba:0:0:0:0:7777")); ) {
                assertThat(from).contains(foreignV4);
                from = received(socket, PATIENT);
            }
            while (received(socket, World.BRIEF).isPresent()) {
                // until all of them have come
            }
            send(strict.namespace(), foreignV4, victim.v4(), 99);
            send(strict.namespace(), foreignV6, victim.v6(), 99);
            assertThat(received(socket, World.BRIEF)).isEmpty();
            send(strict.namespace(), strict.v4(), victim.v4(), 99);
            assertThat(received(socket, PATIENT)).contains(strict.v4());
        }
    }

    /** ARP and neighbour advertisements that nobody has asked for (RFC 826, RFC 4861), and another device's address. */
    @Test
    void nobodyIsDeceivedAboutNeighbours() throws Exception {
        assumeTrue(World.has("ip"), "needs ip(8)");
        assumeTrue(networks.seesFrames(), "this kernel has no tables of frames");
        NetworkConfig network = network("net");
        Container victim = world.container(networks, network);
        Container sibling = world.container(networks, network);
        Container strict = strict(network);
        world.serve(victim.namespace(), 80);
        world.serve(strict.namespace(), 99);
        reaches(sibling.namespace(), victim.v4(), 80, sibling.v4());
        reaches(sibling.namespace(), strict.v4(), 99, sibling.v4());
        World.tell(
                strict.namespace(),
                "sh",
                "-c",
                "cd /proc/sys/net; echo 1 > ipv4/conf/eth0/arp_notify; echo 1 > ipv6/conf/eth0/ndisc_notify;"
                        + " echo 0 > ipv6/conf/eth0/accept_dad; ip link set eth0 down; ip address add " + victim.v4()
                        + "/32 dev eth0; ip address add " + victim.v6() + "/128 dev eth0; ip link set eth0 up");
        for (String address : new String[] {victim.v4(), victim.v6()}) {
            for (Fd from : new Fd[] {sibling.namespace(), world.host()}) {
                World.tell(from, "ip", "neighbour", "flush", "to", address);
                assertThat(World.ask(from, address, 80, PATIENT)).as(address).isPresent();
                doesNotReach(from, address, 99);
            }
        }
        reaches(sibling.namespace(), strict.v4(), 99, sibling.v4());
        World.tell(
                strict.namespace(),
                "sh",
                "-c",
                "ip link set eth0 down; ip link set eth0 address 02:42:ac:11:07:07; ip link set eth0 up");
        doesNotReach(strict.namespace(), victim.v6(), 80);
        doesNotReach(strict.namespace(), victim.v4(), 80);
    }

    private List<NfTables.Table> tables() throws IOException {
        try (NetlinkSocket socket = NetlinkSocket.open(world.host(), NetlinkSocket.Family.NETFILTER)) {
            return NfTables.tables(socket);
        }
    }

    private List<String> chains() throws IOException {
        try (NetlinkSocket socket = NetlinkSocket.open(world.host(), NetlinkSocket.Family.NETFILTER)) {
            return NfTables.chains(socket).stream().map(NfTables.Chain::name).toList();
        }
    }

    @Test
    void wallsGoWithTheirContainers() throws Exception {
        NetworkConfig network = network("net");
        world.serve(world.host(), 80);
        Container plain = world.container(networks, network);
        List<String> before = chains();
        Container first = strict(network);
        Container second = strict(network);
        assertThat(networks.isFirewallIntact()).isTrue();
        assertThat(tables()).hasSize(networks.seesFrames() ? 2 : 1);
        networks.disconnect(first.endpoint().id(), Optional.empty());
        assertThat(networks.isFirewallIntact()).isTrue();
        doesNotReach(second.namespace(), "172.17.0.1", 80);
        networks.ended(second.endpoint().id());
        assertThat(tables()).hasSize(1);
        assertThat(chains()).isEqualTo(before);
        assertThat(networks.isFirewallIntact()).isTrue();
        reaches(plain.namespace(), "172.17.0.1", 80, plain.v4());
    }

    @Test
    void wallsComeBackAfterAFlush() throws Exception {
        assumeTrue(World.has("nft"), "needs nft(8)");
        networks.close();
        networks = world.networksOfAnybody();
        NetworkConfig network = network("net");
        world.serve(world.host(), 80);
        Container strict = strict(network);
        World.tell(world.host(), "nft", "flush ruleset");
        reaches(strict.namespace(), "172.17.0.1", 80, strict.v4());
        assertThat(networks.restoreFirewall()).isTrue();
        doesNotReach(strict.namespace(), "172.17.0.1", 80);
        if (networks.seesFrames()) {
            World.tell(world.host(), "nft", "flush set bridge estiba own4");
            assertThat(networks.restoreFirewall()).isTrue();
            World.tell(world.host(), "nft", "delete table bridge estiba");
            assertThat(networks.restoreFirewall()).isTrue();
        }
        assertThat(networks.restoreFirewall()).isFalse();
        // The next one brings them back as well, and so does one who goes.
        World.tell(world.host(), "nft", "flush ruleset");
        Container next = strict(network);
        doesNotReach(strict.namespace(), "172.17.0.1", 80);
        World.tell(world.host(), "nft", "flush ruleset");
        networks.ended(next.endpoint().id());
        assertThat(networks.isFirewallIntact()).isTrue();
        doesNotReach(strict.namespace(), "172.17.0.1", 80);
    }

    @Test
    void wallsStandWhileTheDaemonIsAwayAndAreTakenOver() throws Exception {
        NetworkConfig network = network("net");
        world.serve(world.host(), 80);
        Container strict = strict(network);
        String id = world.id();
        EndpointConfig lost = networks.allocate(EndpointRequest.of(id, network.id(), "lost", List.of()))
                .confined(new StrictEndpoint(List.of()));
        networks.close();
        doesNotReach(strict.namespace(), "172.17.0.1", 80);
        try (Networks next = Networks.open(world.host(), AddressPools.standard(World.uniqueLocal()), new Random(1))) {
            Networks.Reconciled found = next.reconcile(List.of(network), List.of(strict.endpoint(), lost));
            assertThat(found.problems()).isEmpty();
            assertThat(found.lost()).containsExactly(lost.id());
            assertThat(next.isFirewallIntact()).isTrue();
            doesNotReach(strict.namespace(), "172.17.0.1", 80);
            assertThat(tables()).hasSize(next.seesFrames() ? 2 : 1);
            next.ended(strict.endpoint().id());
            assertThat(tables()).hasSize(1);
        }
        // And when the last one has ended meanwhile.
        try (Networks next = Networks.open(world.host(), AddressPools.standard(World.uniqueLocal()), new Random(1))) {
            var unused = next.reconcile(List.of(network), List.of());
            assertThat(tables()).hasSize(1);
        }
    }
}

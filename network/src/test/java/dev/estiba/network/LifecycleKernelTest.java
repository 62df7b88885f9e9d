package dev.estiba.network;

import static dev.estiba.network.World.doesNotReach;
import static dev.estiba.network.World.reaches;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.linux.Fd;
import dev.estiba.linux.InetSocket.Transport;
import dev.estiba.linux.NetworkNamespace;
import dev.estiba.linux.netlink.Links;
import dev.estiba.linux.netlink.NetlinkSocket;
import dev.estiba.network.World.Container;
import dev.estiba.network.address.AddressPools;
import dev.estiba.network.dns.DnsSockets;
import dev.estiba.network.port.PortClaims.Range;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Endpoints that come and go in numbers, fail half-way, and hand on what they had. */
@Tag("kernel")
@Timeout(180)
class LifecycleKernelTest {
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

    private NetworkConfig network(String... options) throws IOException {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < options.length; i += 2) {
            map.put("com.docker.network." + options[i], options[i + 1]);
        }
        return world.network(
                networks,
                new NetworkRequest(world.id(), "net", List.of(), true, true, BridgeOptions.parse(map), false, false));
    }

    private List<String> devices() throws IOException {
        try (NetlinkSocket socket = NetlinkSocket.open(world.host(), NetlinkSocket.Family.ROUTE)) {
            return Links.all(socket).stream().map(Links.Link::name).toList();
        }
    }

    /** The shortest program that makes a network, puts a container into it and publishes its port 80. */
    @Test
    void anExample() throws Exception {
        AddressPools pools = AddressPools.standard(AddressPools.newUniqueLocal(new Random()));
        try (Networks all = Networks.open(world.host(), pools, new Random());
                Fd container = NetworkNamespace.create()) {
            NetworkConfig network = all.allocate(NetworkRequest.of("0123456789ab", "example"));
            all.add(network).forEach(sentence -> assertThat(sentence).isNotBlank());
            EndpointConfig endpoint = all.connect(
                    all.allocate(EndpointRequest.of("ba9876543210", network.id(), "container", List.of("web"))),
                    container);
            all.publish(endpoint.id(), List.of(PortRequest.of(8080, 80)), "container web");
            world.serve(container, 80);
            reaches(world.outsider(), "10.9.0.1", 8080, "10.9.0.2");
            all.disconnect(endpoint.id(), Optional.empty());
            all.release(endpoint);
            all.remove(network.id());
        }
    }

    /** Many at the same time: nobody has another one's address or port, and nothing is left. */
    @Test
    void crowdsLeaveNothing() throws Exception {
        NetworkConfig network = network();
        List<String> before = devices();
        long seed = System.nanoTime();
        int rounds = Boolean.getBoolean("estiba.long") ? 200 : 8;
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                Random random = new Random(seed + i);
                String prefix = String.format(Locale.ROOT, "%x", 0xc0 + i);
                all.add(threads.submit(() -> {
                    for (int round = 0; round < rounds; round++) {
                        live(network, String.format(Locale.ROOT, "%s%010x", prefix, round + 1), random);
                    }
                    return true;
                }));
            }
            for (Future<?> each : all) {
                Object unused = each.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError("seed " + seed, e);
        }
        assertThat(networks.isFirewallIntact()).isTrue();
        assertThat(devices()).containsExactlyInAnyOrderElementsOf(before);
        Container next = world.container(networks, network);
        assertThat(next.v4()).isEqualTo("172.17.0.2");
        if (World.has("nft")) {
            assertThat(World.tell(world.host(), "nft", "list", "map", "inet", "estiba", "ports4"))
                    .doesNotContain("elements");
        }
    }

    private void live(NetworkConfig network, String id, Random random) throws IOException {
        try (Fd namespace = NetworkNamespace.create()) {
            EndpointConfig endpoint = networks.connect(
                    networks.allocate(EndpointRequest.of(id, network.id(), id, List.of("crowd"))), namespace);
            if (random.nextBoolean()) {
                PortRequest any = new PortRequest(
                        random.nextBoolean() ? Transport.TCP : Transport.UDP,
                        Optional.empty(),
                        Range.ephemeral(),
                        80,
                        random.nextInt(4) == 0);
                assertThat(networks.publish(endpoint.id(), List.of(any, any), "container " + id))
                        .hasSize(4);
            }
            if (random.nextBoolean()) {
                networks.startResolver(id, DnsSockets.open(namespace), List.of());
                networks.stopResolver(id);
            }
            networks.disconnect(endpoint.id(), random.nextBoolean() ? Optional.of(namespace) : Optional.empty());
            networks.release(endpoint);
        }
    }

    @Test
    void whatFailsHalfWayLeavesNothing() throws Exception {
        NetworkConfig network = network();
        List<String> before = devices();
        Fd namespace = world.namespace();
        assertThatThrownBy(() -> connect(network, namespace, Optional.of("lo"), Map.of()))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("the container has a device lo already");
        assertThatThrownBy(() -> connect(
                        network, namespace, Optional.empty(), Map.of("net.ipv4.conf.IFNAME.no_such_thing", "1")))
                .hasMessageContaining("no_such_thing");
        assertThatThrownBy(() -> connect(network, namespace, Optional.empty(), Map.of("net.ipv4.ip_forward", "1")))
                .hasMessageStartingWith("unrecognised network interface sysctl 'net.ipv4.ip_forward'");
        assertThatThrownBy(() -> connect(
                        network, namespace, Optional.empty(), Map.of("net.ipv4.conf.IFNAME.log_martians", "no number")))
                .hasMessageContaining("Invalid argument");
        assertThat(devices()).containsExactlyInAnyOrderElementsOf(before);
        try (NetlinkSocket inside = NetlinkSocket.open(namespace, NetlinkSocket.Family.ROUTE)) {
            assertThat(Links.all(inside)).extracting(Links.Link::name).containsExactly("lo");
        }
        // A bridge that cannot be made: somebody else's device has its name. The firewall knows nothing of it.
        assertThatThrownBy(() -> network("bridge.name", "uplink"))
                .hasMessageContaining("the device uplink of this host is no bridge");
        assertThat(networks.isFirewallIntact()).isTrue();
        Container web = world.container(networks, network);
        // The second of two ports is taken: the first one is free again.
        networks.publish(web.endpoint().id(), List.of(PortRequest.of(8081, 80)), "container web");
        Container other = world.container(networks, network);
        assertThatThrownBy(() -> networks.publish(
                        other.endpoint().id(),
                        List.of(PortRequest.of(8080, 80), PortRequest.of(8081, 80)),
                        "container other"))
                .hasMessageContaining("port is already allocated (by container web)");
        networks.publish(other.endpoint().id(), List.of(PortRequest.of(8080, 80)), "container other");
        assertThat(networks.isFirewallIntact()).isTrue();
    }

    private EndpointConfig connect(
            NetworkConfig network, Fd namespace, Optional<String> device, Map<String, String> sysctls)
            throws IOException {
        EndpointConfig endpoint = networks.allocate(new EndpointRequest(
                world.id(),
                network.id(),
                "c",
                List.of(),
                Optional.empty(),
                device,
                0,
                List.of(),
                sysctls,
                List.of(),
                Map.of()));
        try {
            return networks.connect(endpoint, namespace);
        } finally {
            networks.release(endpoint);
        }
    }

    /** A client that goes on sending from the same port is not led to the port's former holder. */
    @Test
    void streamsOfDatagramsFollowThePort() throws Exception {
        NetworkConfig network = network();
        Container one = world.container(networks, network);
        Container two = world.container(networks, network);
        world.serveDatagrams(one.namespace(), 53);
        world.serveDatagrams(two.namespace(), 54);
        PortRequest first = new PortRequest(Transport.UDP, Optional.empty(), Range.of(5353), 53, false);
        PortRequest second = new PortRequest(Transport.UDP, Optional.empty(), Range.of(5353), 54, false);
        try (DatagramSocket client = NetworkNamespace.in(world.outsider(), () -> new DatagramSocket(7777))) {
            // Before the port is published nobody answers; the kernel remembers the stream all the same.
            assertThat(exchange(client, 1)).isFalse();
            networks.publish(one.endpoint().id(), List.of(first), "container one");
            assertThat(exchange(client, 40)).isTrue();
            networks.disconnect(one.endpoint().id(), Optional.empty());
            networks.publish(two.endpoint().id(), List.of(second), "container two");
            assertThat(exchange(client, 40)).isTrue();
        }
    }

    private static boolean exchange(DatagramSocket client, int tries) throws IOException {
        client.setSoTimeout(500);
        for (int i = 0; i < tries; i++) {
            client.send(new DatagramPacket(new byte[1], 1, new InetSocketAddress(World.address("10.9.0.1"), 5353)));
            try {
                client.receive(new DatagramPacket(new byte[100], 100));
                return true;
            } catch (SocketTimeoutException e) {
                // once more
            }
        }
        return false;
    }

    @Test
    void networksOfOneFamilyAreReachedByBoth() throws Exception {
        NetworkConfig four = world.network(
                networks,
                new NetworkRequest(world.id(), "four", List.of(), true, false, BridgeOptions.defaults(), false, false));
        NetworkConfig six = world.network(
                networks,
                new NetworkRequest(world.id(), "six", List.of(), false, true, BridgeOptions.defaults(), false, false));
        Container old = world.container(networks, four);
        Container young = world.container(networks, six);
        assertThat(old.endpoint().address(false)).isEmpty();
        assertThat(young.endpoint().address(true)).isEmpty();
        world.serve(old.namespace(), 80);
        world.serve(young.namespace(), 80);
        networks.publish(old.endpoint().id(), List.of(PortRequest.of(8080, 80)), "container old");
        networks.publish(young.endpoint().id(), List.of(PortRequest.of(8081, 80)), "container young");
        reaches(world.outsider(), "10.9.0.1", 8080, "10.9.0.2");
        reaches(world.outsider(), "fd09::1", 8080, "172.17.0.1");
        reaches(world.outsider(), "fd09::1", 8081, "fd09::2");
        reaches(world.outsider(), "10.9.0.1", 8081, "fd5e:57:1ba::1");
        reaches(world.host(), "127.0.0.1", 8081, "fd5e:57:1ba::1");
        assertThat(World.tell(old.namespace(), "cat", "/proc/thread-self/net/if_inet6"))
                .doesNotContain("eth0");
    }

    @Test
    void optionsOfBridgesAreKept() throws Exception {
        NetworkConfig network = network("driver.mtu", "1400", "bridge.host_binding_ipv4", "127.0.0.1");
        Container web = world.container(networks, network);
        world.serve(web.namespace(), 80);
        assertThat(networks.publish(web.endpoint().id(), List.of(PortRequest.of(8080, 80)), "container web"))
                .extracting(PublishedPort::text)
                .containsExactly("127.0.0.1:8080");
        doesNotReach(world.outsider(), "10.9.0.1", 8080);
        reaches(world.host(), "127.0.0.1", 8080, "172.17.0.1");
        try (NetlinkSocket inside = NetlinkSocket.open(web.namespace(), NetlinkSocket.Family.ROUTE);
                NetlinkSocket host = NetlinkSocket.open(world.host(), NetlinkSocket.Family.ROUTE)) {
            assertThat(Links.find(inside, "eth0").orElseThrow().mtu()).isEqualTo(1400);
            assertThat(Links.find(host, network.bridge()).orElseThrow().mtu()).isEqualTo(1400);
        }
        NetworkConfig open = network("bridge.enable_ip_masquerade", "false", "bridge.name", "mine");
        Container plain = world.container(networks, open);
        world.serve(world.outsider(), 90);
        reaches(plain.namespace(), "10.9.0.2", 90, plain.v4());
        world.serve(plain.namespace(), 80);
        doesNotReach(world.outsider(), plain.v4(), 80);
        assertThat(devices()).contains("mine");
        assertThatThrownBy(() -> network("bridge.name", "mine")).hasMessageContaining("networks have same bridge name");
    }

    /** A process takes over what another one had: the port is somebody's now, the resolver goes on. */
    @Test
    void anotherLifeTakesOverWhatItCan() throws Exception {
        NetworkConfig network = network();
        Container web = world.container(networks, network);
        Container db = world.container(networks, network);
        DnsSockets sockets = DnsSockets.open(web.namespace());
        DnsSockets kept = new DnsSockets(
                sockets.datagrams().duplicate(), sockets.connections().duplicate());
        networks.startResolver(web.endpoint().container(), sockets, List.of());
        List<PublishedPort> ports =
                networks.publish(web.endpoint().id(), List.of(PortRequest.of(8080, 80)), "container web");
        networks.close();
        world.serve(world.host(), 8080);
        AddressPools pools = AddressPools.standard(World.uniqueLocal());
        try (Networks next = Networks.open(world.host(), pools, new Random(2))) {
            Networks.Reconciled found =
                    next.reconcile(List.of(network), List.of(web.endpoint().with(ports), db.endpoint()));
            assertThat(found.problems()).singleElement().asString().contains("8080: bind: address already in use");
            // What cannot be had is not half there.
            World.reaches(world.outsider(), "10.9.0.1", 8080, "10.9.0.2");
            assertThat(next.isFirewallIntact()).isTrue();
            next.startResolver(web.endpoint().container(), kept, List.of());
            assertThat(NetworkNamespace.in(web.namespace(), () -> {
                        byte[] question = {9, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 2, 'c', '2', 0, 0, 1, 0, 1};
                        try (DatagramSocket socket = new DatagramSocket()) {
                            socket.setSoTimeout(World.PATIENT);
                            socket.send(new DatagramPacket(
                                    question, question.length, new InetSocketAddress(DnsSockets.ADDRESS, 53)));
                            DatagramPacket answer = new DatagramPacket(new byte[512], 512);
                            socket.receive(answer);
                            return (int) answer.getData()[7];
                        }
                    }))
                    .isEqualTo(1);
            next.stopResolver(web.endpoint().container());
        }
    }
}

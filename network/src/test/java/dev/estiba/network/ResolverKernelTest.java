package dev.estiba.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.Fd;
import dev.estiba.linux.NetworkNamespace;
import dev.estiba.network.World.Container;
import dev.estiba.network.dns.DnsSockets;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What containers are told by their resolver, and what a server outside (10.9.0.2) is asked by it. */
@Tag("kernel")
@Timeout(180)
class ResolverKernelTest {
    private static final int A = 1;
    private static final int PTR = 12;
    private static final int TXT = 16;
    private static final int AAAA = 28;
    private static final InetSocketAddress UPSTREAM = new InetSocketAddress(World.address("10.9.0.2"), 53);
    private static final InetSocketAddress DEAD = new InetSocketAddress(World.address("10.9.0.2"), 54);

    private World world;
    private Networks networks;
    private final AtomicInteger asked = new AtomicInteger();
    private final List<AutoCloseable> servers = new ArrayList<>();

    @BeforeEach
    void begin() throws IOException {
        world = new World();
        networks = world.networks();
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable server : servers) {
            server.close();
        }
        if (world != null) {
            world.close();
        }
    }

    private NetworkConfig network(String name, boolean isInternal) throws IOException {
        return world.network(
                networks,
                new NetworkRequest(
                        world.id(), name, List.of(), true, true, BridgeOptions.defaults(), isInternal, false));
    }

    private Container container(NetworkConfig network, String... names) throws IOException {
        Fd namespace = world.namespace();
        EndpointRequest request = EndpointRequest.of(world.id(), network.id(), names[0], List.of(names));
        EndpointConfig endpoint = networks.connect(networks.allocate(request), namespace);
        networks.startResolver(names[0], DnsSockets.open(namespace), List.of(DEAD, UPSTREAM));
        return new Container(namespace, endpoint);
    }

    /** Answers with the address 1.2.3.4; "huge" is cut by a datagram, "broken" fails. */
    private void serveOutside() throws IOException {
        DatagramSocket datagrams = NetworkNamespace.in(world.outsider(), () -> new DatagramSocket(53));
        ServerSocket connections = NetworkNamespace.in(world.outsider(), () -> new ServerSocket(53));
        servers.add(datagrams);
        servers.add(connections);
        Thread.ofPlatform().daemon().start(() -> {
            DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
            while (!datagrams.isClosed()) {
                try {
                    packet.setLength(4096);
                    datagrams.receive(packet);
                    asked.incrementAndGet();
                    // Somebody else's answer, a wrong id: both are passed over.
                    byte[] answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()), true);
                    byte[] wrong = answer.clone();
                    wrong[0]++;
                    datagrams.send(new DatagramPacket(wrong, wrong.length, packet.getSocketAddress()));
                    datagrams.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                } catch (IOException e) {
                    // closed
                }
            }
        });
        Thread.ofPlatform().daemon().start(() -> {
            while (!connections.isClosed()) {
                try (Socket caller = connections.accept()) {
                    asked.incrementAndGet();
                    DataInputStream in = new DataInputStream(caller.getInputStream());
                    byte[] answer = answer(in.readNBytes(in.readUnsignedShort()), false);
                    DataOutputStream out = new DataOutputStream(caller.getOutputStream());
                    out.writeShort(answer.length);
                    out.write(answer);
                } catch (IOException e) {
                    // closed, or a caller that has gone
                }
            }
        });
    }

    private static byte[] answer(byte[] query, boolean isDatagram) {
        String name = new String(query, StandardCharsets.ISO_8859_1);
        boolean isCut = isDatagram && name.contains("huge");
        int code = name.contains("broken") ? 2 : 0;
        ByteBuffer answer = ByteBuffer.allocate(query.length + 16).put(query);
        answer.put(2, (byte) (0x81 | (isCut ? 2 : 0))).put(3, (byte) (0x80 | code));
        if (isCut || code != 0) {
            return Arrays.copyOf(answer.array(), query.length);
        }
        answer.put(7, (byte) 1).put(new byte[] {(byte) 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 1, 2, 3, 4});
        return answer.array();
    }

    private static byte[] question(String name, int type) {
        ByteBuffer message = ByteBuffer.allocate(512).put(new byte[] {0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        for (String label : name.split("\\.")) {
            message.put((byte) label.length()).put(label.getBytes(StandardCharsets.ISO_8859_1));
        }
        message.put((byte) 0).putShort((short) type).putShort((short) 1);
        return Arrays.copyOf(message.array(), message.position());
    }

    private static byte[] ask(Fd from, String name, int type) throws IOException {
        return NetworkNamespace.in(from, () -> {
            byte[] question = question(name, type);
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.setSoTimeout(World.PATIENT);
                socket.send(
                        new DatagramPacket(question, question.length, new InetSocketAddress(DnsSockets.ADDRESS, 53)));
                DatagramPacket answer = new DatagramPacket(new byte[4096], 4096);
                socket.receive(answer);
                // The answer comes from where it was asked.
                assertThat(answer.getSocketAddress()).isEqualTo(new InetSocketAddress(DnsSockets.ADDRESS, 53));
                return Arrays.copyOf(answer.getData(), answer.getLength());
            } catch (SocketTimeoutException e) {
                throw new AssertionError("no answer about " + name, e);
            }
        });
    }

    private static byte[] askByTcp(Fd from, String... names) throws IOException {
        return NetworkNamespace.in(from, () -> {
            try (Socket socket = new Socket(DnsSockets.ADDRESS, 53)) {
                socket.setSoTimeout(World.PATIENT);
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                for (String name : names) {
                    byte[] question = question(name, A);
                    out.writeShort(question.length);
                    out.write(question);
                }
                out.flush();
                DataInputStream in = new DataInputStream(socket.getInputStream());
                byte[] last = new byte[0];
                for (int i = 0; i < names.length; i++) {
                    last = in.readNBytes(in.readUnsignedShort());
                }
                return last;
            }
        });
    }

    private static int code(byte[] answer) {
        assertThat(answer).startsWith(0x12, 0x34);
        return answer[3] & 15;
    }

    private static List<String> addresses(byte[] answer, int size) throws IOException {
        assertThat(code(answer)).isZero();
        List<String> found = new ArrayList<>();
        int count = answer[7];
        for (int i = 0; i < count; i++) {
            int end = answer.length - (count - 1 - i) * (12 + size);
            found.add(InetAddress.getByAddress(Arrays.copyOfRange(answer, end - size, end))
                    .getHostAddress());
        }
        return found;
    }

    @Test
    void containersAreFoundByTheirNames() throws IOException {
        NetworkConfig network = network("net", false);
        Container web = container(network, "web", "www", "0123456789ab");
        Container db = container(network, "DB", "www");
        Container stranger = container(network("other", false), "stranger");
        assertThat(addresses(ask(db.namespace(), "web", A), 4)).containsExactly(web.v4());
        assertThat(addresses(ask(db.namespace(), "WEB", AAAA), 16)).containsExactly(web.v6());
        assertThat(addresses(ask(web.namespace(), "db.net", A), 4)).containsExactly(db.v4());
        assertThat(addresses(ask(web.namespace(), "0123456789ab", A), 4)).containsExactly(web.v4());
        assertThat(addresses(ask(web.namespace(), "www", A), 4)).containsExactlyInAnyOrder(web.v4(), db.v4());
        assertThat(addresses(ask(web.namespace(), "db", TXT), 4)).isEmpty();
        assertThat(addresses(askByTcp(web.namespace(), "web", "db"), 4)).containsExactly(db.v4());
        assertThat(new String(ask(web.namespace(), "3.0.17.172.in-addr.arpa", PTR), StandardCharsets.ISO_8859_1))
                .contains("\2DB\3net\0");
        assertThat(code(ask(web.namespace(), "9.9.17.172.in-addr.arpa", PTR))).isEqualTo(3);
        // In another network nobody has these names; there is no server outside either.
        assertThat(code(ask(stranger.namespace(), "web", A))).isEqualTo(2);
        // A container that joins the network finds and is found.
        networks.connect(
                networks.allocate(EndpointRequest.of(world.id(), network.id(), "stranger", List.of("guest"))),
                stranger.namespace());
        assertThat(addresses(ask(stranger.namespace(), "web", A), 4)).containsExactly(web.v4());
        assertThat(addresses(ask(web.namespace(), "guest", A), 4)).hasSize(1);
        networks.disconnect(web.endpoint().id(), Optional.of(web.namespace()));
        assertThat(code(ask(db.namespace(), "web", A))).isEqualTo(2);
    }

    @Test
    void otherNamesAreAskedOutside() throws IOException {
        serveOutside();
        Container web = container(network("net", false), "web");
        assertThat(addresses(ask(web.namespace(), "example.org", A), 4)).containsExactly("1.2.3.4");
        assertThat(addresses(askByTcp(web.namespace(), "example.org"), 4)).containsExactly("1.2.3.4");
        byte[] cut = ask(web.namespace(), "huge.example.org", A);
        assertThat(cut[2] & 2).isEqualTo(2);
        assertThat(addresses(askByTcp(web.namespace(), "web", "huge.example.org"), 4))
                .containsExactly("1.2.3.4");
        assertThat(code(ask(web.namespace(), "broken.example.org", A))).isEqualTo(2);
        assertThat(code(ask(web.namespace(), "4.3.2.1.in-addr.arpa", PTR))).isZero();
    }

    /** CVE-2024-29018: a container of internal networks asks nobody outside, nor does its resolver for it. */
    @Test
    void cve2024_29018_internalNetworksAskNobody() throws IOException {
        serveOutside();
        NetworkConfig internal = network("internal", true);
        Container web = container(internal, "web");
        Container db = container(internal, "db");
        assertThat(code(ask(web.namespace(), "example.org", A))).isEqualTo(5);
        assertThat(code(askByTcp(web.namespace(), "secret.example.org"))).isEqualTo(5);
        assertThat(addresses(ask(web.namespace(), "db", A), 4)).containsExactly(db.v4());
        assertThat(asked).hasValue(0);
        // With another network it may.
        networks.connect(
                networks.allocate(
                        EndpointRequest.of(world.id(), network("net", false).id(), "web", List.of("web"))),
                web.namespace());
        assertThat(addresses(ask(web.namespace(), "example.org", A), 4)).containsExactly("1.2.3.4");
        assertThat(code(ask(db.namespace(), "example.org", A))).isEqualTo(5);
        assertThat(asked).hasValue(1);
    }

    @Test
    void aContainerMayHaveAServerItself() throws IOException {
        Container web = container(network("net", false), "web");
        world.serveDatagrams(web.namespace(), 53);
        world.serve(web.namespace(), 53);
        assertThat(World.askByDatagram(web.namespace(), web.v4(), 53, World.PATIENT))
                .contains(web.v4());
        World.reaches(web.namespace(), "127.0.0.1", 53, "127.0.0.1");
        assertThat(addresses(ask(web.namespace(), "web", A), 4)).containsExactly(web.v4());
    }

    /** Whatever a container sends, others are answered. */
    @Test
    void floodsAndRubbishHurtNobodyElse() throws IOException {
        NetworkConfig network = network("net", false);
        Container noisy = container(network, "noisy");
        Container web = container(network, "web");
        boolean unused = NetworkNamespace.in(noisy.namespace(), () -> {
            Random random = new Random(42);
            try (DatagramSocket socket = new DatagramSocket()) {
                for (int i = 0; i < 5000; i++) {
                    byte[] bytes =
                            i % 2 == 0 ? question("name" + i + ".example.org", A) : new byte[random.nextInt(200)];
                    if (i % 2 == 1) {
                        random.nextBytes(bytes);
                    }
                    socket.send(new DatagramPacket(bytes, bytes.length, new InetSocketAddress(DnsSockets.ADDRESS, 53)));
                }
            }
            for (int i = 0; i < 50; i++) {
                try (Socket socket = new Socket(DnsSockets.ADDRESS, 53)) {
                    socket.getOutputStream().write(new byte[] {(byte) 0xff, (byte) 0xff, 1, 2, 3});
                } catch (IOException e) {
                    // refused, as it may be
                }
            }
            return true;
        });
        assertThat(addresses(ask(web.namespace(), "noisy", A), 4)).containsExactly(noisy.v4());
        assertThat(addresses(askByTcp(noisy.namespace(), "web"), 4)).containsExactly(web.v4());
    }

    @Test
    void aRealProgramUnderstandsIt() throws IOException {
        assumeTrue(World.has("dig"), "needs dig(1)");
        serveOutside();
        NetworkConfig network = network("net", false);
        Container web = container(network, "web");
        for (String how : new String[] {"+notcp", "+tcp", "+noedns"}) {
            assertThat(World.tell(web.namespace(), "dig", how, "+tries=5", "+timeout=5", "@127.0.0.11", "web"))
                    .contains("status: NOERROR", "web.\t\t\t600\tIN\tA\t" + web.v4())
                    .doesNotContain("WARNING");
        }
        assertThat(World.tell(web.namespace(), "dig", "+tries=5", "@127.0.0.11", "-x", web.v6()))
                .containsPattern("PTR\\s+web\\.net\\.");
    }
}

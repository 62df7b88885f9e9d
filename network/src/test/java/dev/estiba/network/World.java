package dev.estiba.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.Fd;
import dev.estiba.linux.NetworkNamespace;
import dev.estiba.linux.ProcessFacts;
import dev.estiba.linux.netlink.Addresses;
import dev.estiba.linux.netlink.Links;
import dev.estiba.linux.netlink.NetlinkSocket;
import dev.estiba.linux.netlink.Routes;
import dev.estiba.network.address.AddressPools;
import dev.estiba.network.address.Subnet;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/**
 * A host, an outsider on its wire (10.9.0.1 and 10.9.0.2, fd09::1 and fd09::2; the outsider sends everything it does not know to the
 * host), and containers: each a namespace.
 */
final class World implements AutoCloseable {
    static final int PATIENT = 20_000;
    /** Long enough for a packet on one machine; what is dropped is waited for in vain. */
    static final int BRIEF = 250;

    private final List<AutoCloseable> things = new ArrayList<>();
    private final Fd host;
    private final Fd outsider;
    private int ids;

    World() throws IOException {
        assumeTrue(ProcessFacts.self().uid() == 0, "namespaces need root");
        host = namespace();
        outsider = namespace();
        Links.End here = new Links.End("uplink", 0, Optional.empty(), 0);
        Links.End there = new Links.End("eth0", 0, Optional.empty(), 0);
        try (NetlinkSocket socket = NetlinkSocket.open(host, NetlinkSocket.Family.ROUTE);
                NetlinkSocket outside = NetlinkSocket.open(outsider, NetlinkSocket.Family.ROUTE)) {
            socket.carryOut(Links.up(Links.LOOPBACK), Links.makePair(here, 0, there, outsider));
            int uplink = Links.find(socket, "uplink").orElseThrow().index();
            int eth0 = Links.find(outside, "eth0").orElseThrow().index();
            outside.carryOut(
                    Links.up(Links.LOOPBACK),
                    Links.up(eth0),
                    Addresses.add(eth0, address("10.9.0.2"), 24),
                    Addresses.add(eth0, address("fd09::2"), 64),
                    Routes.add(new Routes.Route(address("0.0.0.0"), 0, Optional.of(address("10.9.0.1")), eth0, 0)));
            socket.carryOut(
                    Addresses.add(uplink, address("10.9.0.1"), 24), Addresses.add(uplink, address("fd09::1"), 64));
            outside.carryOut(Routes.add(new Routes.Route(address("::"), 0, Optional.of(address("fd09::1")), eth0, 0)));
        }
    }

    static boolean has(String program) {
        return new File("/usr/sbin/" + program).exists() || new File("/usr/bin/" + program).exists();
    }

    static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    Fd host() {
        return host;
    }

    Fd outsider() {
        return outsider;
    }

    Fd namespace() throws IOException {
        Fd namespace = NetworkNamespace.create();
        things.add(namespace);
        return namespace;
    }

    Networks networks() throws IOException {
        return networks(true);
    }

    /** With a firewall that others can change, as before Linux 6.9. */
    Networks networksOfAnybody() throws IOException {
        return networks(false);
    }

    private Networks networks(boolean isOwned) throws IOException {
        Networks networks = Networks.open(host, AddressPools.standard(uniqueLocal()), new Random(4711), isOwned);
        things.addFirst(networks);
        return networks;
    }

    static Subnet uniqueLocal() throws IOException {
        return Subnet.parse("fd5e:57:1ba::/48");
    }

    /** An id that no other one begins as. */
    String id() {
        ids++;
        return String.format(Locale.ROOT, "%012x", 0xa00000000000L + ids * 0x100000L);
    }

    /** A network that exists. */
    NetworkConfig network(Networks networks, NetworkRequest request) throws IOException {
        NetworkConfig network = networks.allocate(request);
        networks.add(network);
        return network;
    }

    /** A container in one network. */
    record Container(Fd namespace, EndpointConfig endpoint) {
        String v4() {
            return endpoint.address(true).orElseThrow().getHostAddress();
        }

        String v6() {
            return endpoint.address(false).orElseThrow().getHostAddress();
        }
    }

    Container container(Networks networks, NetworkConfig network) throws IOException {
        Fd namespace = namespace();
        EndpointRequest request = EndpointRequest.of(id(), network.id(), "container-" + ids, List.of("c" + ids));
        return new Container(namespace, networks.connect(networks.allocate(request), namespace));
    }

    /** A server that answers each caller with the address that it sees him come from. */
    void serve(Fd namespace, int port) throws IOException {
        ServerSocket server = NetworkNamespace.in(namespace, () -> new ServerSocket(port));
        things.addFirst(server);
        Thread unused = Thread.ofPlatform().daemon().start(() -> {
            while (!server.isClosed()) {
                try (Socket caller = server.accept()) {
                    String from = Subnet.text(caller.getInetAddress()) + "\n";
                    caller.getOutputStream().write(from.getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    // closed, or a caller that has gone
                }
            }
        });
    }

    /** The same with datagrams. */
    void serveDatagrams(Fd namespace, int port) throws IOException {
        DatagramSocket server = NetworkNamespace.in(namespace, () -> new DatagramSocket(port));
        things.addFirst(server);
        Thread unused = Thread.ofPlatform().daemon().start(() -> {
            DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
            while (!server.isClosed()) {
                try {
                    server.receive(packet);
                    byte[] from = Subnet.text(packet.getAddress()).getBytes(StandardCharsets.US_ASCII);
                    server.send(new DatagramPacket(from, from.length, packet.getSocketAddress()));
                } catch (IOException e) {
                    // closed
                }
            }
        });
    }

    /** What the server there says; nothing when there is no way to it. */
    static Optional<String> ask(Fd from, String host, int port, int timeout) throws IOException {
        return NetworkNamespace.in(from, () -> {
            try (Socket socket = new Socket()) {
                socket.setSoTimeout(timeout);
                socket.connect(new InetSocketAddress(address(host), port), timeout);
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                return answer.isEmpty() ? Optional.empty() : Optional.of(answer.strip());
            } catch (IOException e) {
                return Optional.empty();
            }
        });
    }

    /** A packet may be lost while neighbours get to know each other: some tries. */
    static Optional<String> askByDatagram(Fd from, String host, int port, int timeout) throws IOException {
        return NetworkNamespace.in(from, () -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                int tries = timeout == PATIENT ? 20 : 1;
                socket.setSoTimeout(timeout / tries);
                DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
                for (int i = 0; i < tries; i++) {
                    try {
                        socket.send(new DatagramPacket(new byte[1], 1, new InetSocketAddress(address(host), port)));
                        socket.receive(answer);
                        return Optional.of(
                                new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII));
                    } catch (SocketTimeoutException e) {
                        // once more
                    }
                }
                return Optional.empty();
            } catch (IOException e) {
                return Optional.empty();
            }
        });
    }

    static void reaches(Fd from, String host, int port, String seenAs) throws IOException {
        assertThat(ask(from, host, port, PATIENT))
                .as("%s:%d from %s", host, port, from)
                .contains(seenAs);
    }

    static void doesNotReach(Fd from, String host, int port) throws IOException {
        assertThat(ask(from, host, port, BRIEF))
                .as("%s:%d from %s", host, port, from)
                .isEmpty();
    }

    /** What a program in a namespace says; it must succeed. */
    static String tell(Fd namespace, String... command) {
        Told told = run(namespace, command);
        assertThat(told.status()).as(told.text()).isZero();
        return told.text();
    }

    /**
     * Changes the firewall whose owner has just been closed. A child that some other thread starts at that moment has a copy of his socket
     * until it executes its program, so it may take some tries.
     */
    static void changeFirewall(Fd namespace, String change) {
        long until = System.nanoTime() + PATIENT * 1_000_000L;
        Told told = run(namespace, "nft", change);
        while (told.status() != 0 && System.nanoTime() - until < 0) {
            told = run(namespace, "nft", change);
        }
        assertThat(told.status()).as(told.text()).isZero();
    }

    private record Told(int status, String text) {}

    private static Told run(Fd namespace, String... command) {
        try {
            List<String> words = new ArrayList<>(List.of(
                    "nsenter",
                    "--net=/proc/" + ProcessHandle.current().pid()
                            + namespace.procPath().substring("/proc/self".length())));
            words.addAll(List.of(command));
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Told(process.waitFor(), told);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable thing : things) {
            thing.close();
        }
    }
}

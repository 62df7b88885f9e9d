package dev.estiba.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.InetSocket.Transport;
import dev.estiba.linux.netlink.Links;
import dev.estiba.linux.netlink.NetlinkSocket;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sockets in a namespace of the test's own. */
@Tag("kernel")
@Timeout(60)
class InetSocketKernelTest {
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

    private Fd namespace;

    @BeforeEach
    void begin() throws IOException {
        assumeTrue(ProcessFacts.self().uid() == 0, "namespaces need root");
        namespace = NetworkNamespace.create();
        try (NetlinkSocket route = NetlinkSocket.open(namespace, NetlinkSocket.Family.ROUTE)) {
            route.carryOut(Links.up(Links.LOOPBACK));
        }
    }

    @AfterEach
    void end() {
        if (namespace != null) {
            namespace.close();
        }
    }

    private static InetSocketAddress loopback(boolean isV6, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(isV6 ? "::1" : "127.0.0.1"), port);
    }

    private Fd open(Transport transport, boolean isV6) throws IOException {
        return NetworkNamespace.in(namespace, () -> InetSocket.open(transport, isV6));
    }

    @Test
    void connectionsAreServedByEpoll() throws IOException {
        for (boolean isV6 : new boolean[] {false, true}) {
            try (Fd server = open(Transport.TCP, isV6);
                    Fd client = open(Transport.TCP, isV6);
                    Epoll epoll = Epoll.open()) {
                InetSocket.bind(server, loopback(isV6, 0));
                InetSocket.listen(server, 8);
                InetSocketAddress address = InetSocket.localAddress(server);
                assertThat(address.getAddress()).isEqualTo(loopback(isV6, 0).getAddress());
                assertThat(InetSocket.accept(server)).isEmpty();
                epoll.add(server, 1, true, false);
                assertThat(epoll.await(Duration.ZERO)).isEmpty();
                boolean unused = InetSocket.connect(client, address);
                assertThat(epoll.await(PATIENT)).containsExactly(new Epoll.Event(1, true, false));
                try (Fd caller = InetSocket.accept(server).orElseThrow()) {
                    epoll.remove(server);
                    epoll.add(client, 2, false, true);
                    assertThat(epoll.await(PATIENT)).containsExactly(new Epoll.Event(2, false, true));
                    assertThat(InetSocket.error(client)).isEmpty();
                    assertThat(InetSocket.write(client, HELLO, 1)).isEqualTo(4);
                    epoll.change(client, 2, true, false);
                    assertThat(Poll.readable(caller, PATIENT)).isTrue();
                    assertThat(InetSocket.read(caller, 100).orElseThrow())
                            .isEqualTo("ello".getBytes(StandardCharsets.US_ASCII));
                    assertThat(InetSocket.read(caller, 100)).isEmpty();
                    InetSocket.endOutput(caller);
                    assertThat(epoll.await(PATIENT))
                            .extracting(Epoll.Event::readable)
                            .containsExactly(true);
                    assertThat(InetSocket.read(client, 100).orElseThrow()).isEmpty();
                }
            }
        }
    }

    @Test
    void datagramsComeWithTheirSender() throws IOException {
        try (Fd one = open(Transport.UDP, true);
                Fd two = open(Transport.UDP, true)) {
            InetSocket.bind(one, loopback(true, 0));
            InetSocket.bind(two, loopback(true, 0));
            assertThat(InetSocket.receive(two, 10)).isEmpty();
            assertThat(InetSocket.send(one, new byte[11], InetSocket.localAddress(two)))
                    .isTrue();
            assertThat(InetSocket.send(one, HELLO, InetSocket.localAddress(two)))
                    .isTrue();
            assertThat(Poll.readable(two, PATIENT)).isTrue();
            // The longer one is passed over.
            InetSocket.Datagram datagram = InetSocket.receive(two, 10).orElseThrow();
            assertThat(datagram.bytes()).isEqualTo(HELLO);
            assertThat(datagram.from()).isEqualTo(InetSocket.localAddress(one));
        }
    }

    @Test
    void aSocketThatHearsNothingKeepsThePort() throws IOException {
        try (Fd holder = open(Transport.TCP, false);
                Fd client = open(Transport.TCP, false);
                Fd other = open(Transport.TCP, false)) {
            InetSocket.reuseAddress(holder);
            InetSocket.bind(holder, loopback(false, 0));
            InetSocket.hearNothing(holder);
            InetSocket.listen(holder, 8);
            InetSocketAddress address = InetSocket.localAddress(holder);
            InetSocket.reuseAddress(other);
            assertThatThrownBy(() -> InetSocket.bind(other, address))
                    .isInstanceOfSatisfying(
                            ErrnoException.class,
                            e -> assertThat(e.is(Errno.EADDRINUSE)).isTrue());
            assertThat(InetSocket.connect(client, address)).isFalse();
            assertThat(Poll.readable(holder, Duration.ofMillis(100))).isFalse();
            assertThat(InetSocket.accept(holder)).isEmpty();
        }
    }

    @Test
    void anotherThreadWakesUp() throws Exception {
        try (Epoll epoll = Epoll.open()) {
            Thread thread = Thread.ofPlatform().start(() -> {
                try {
                    epoll.wake();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThat(epoll.await(PATIENT)).isEmpty();
            thread.join();
            assertThat(epoll.await(Duration.ZERO)).isEqualTo(List.of());
        }
    }

    private static String target(Fd fd) throws IOException {
        return Files.readSymbolicLink(Path.of(fd.procPath())).toString();
    }

    @Test
    void aVisitHasAnEnd() throws IOException {
        try (Fd own = NetworkNamespace.own()) {
            String here = target(own);
            String there = NetworkNamespace.in(namespace, () -> {
                try (Fd other = NetworkNamespace.own()) {
                    return target(other);
                }
            });
            assertThat(there).isEqualTo(target(namespace)).isNotEqualTo(here);
            assertThatThrownBy(() -> NetworkNamespace.in(namespace, () -> {
                        throw new IOException("on purpose");
                    }))
                    .hasMessage("on purpose");
        }
    }
}

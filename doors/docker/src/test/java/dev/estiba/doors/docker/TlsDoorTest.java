package dev.estiba.doors.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ContainerConfig;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.OutputStreamName;
import dev.estiba.registry.tls.ServerIdentity;
import dev.estiba.registry.tls.TlsContext;
import dev.estiba.registry.tls.TlsRules;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The door on TCP: for whom it opens, and that streams have two ends there, too. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsDoorTest {
    private static final int PATIENCE = 60_000;
    private static final String PING = "GET /_ping HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private static final String ATTACH = "POST /containers/x/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: a\r\n"
            + "Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n";

    @TempDir
    private static Path certificates;

    @TempDir
    private Path directory;

    private TestAuthority ours;
    private TestAuthority other;
    private TlsRules.Identity server;
    private TlsRules.Identity client;
    private FakeEngine engine;
    private FakeAttachment attachment;
    private ServerIdentity identity;
    private DockerDoor door;
    private int port;

    @BeforeAll
    void certificates() throws Exception {
        ours = TestAuthority.make(certificates, "ours");
        other = TestAuthority.make(certificates, "other");
        server = ours.server("server");
        client = ours.client("client");
    }

    private void open(DoorSettings settings) throws Exception {
        open(settings, ours.certificate());
    }

    private void open(DoorSettings settings, Path authorities) throws Exception {
        engine = new FakeEngine();
        attachment = new FakeAttachment();
        ContainerConfig config = ContainerConfig.builder()
                .tty(false)
                .openStdin(true)
                .stdinOnce(true)
                .build();
        engine.on(
                "inspectContainer",
                _ -> ContainerInspect.builder().id("x").config(config).build());
        engine.on("attachContainer", _ -> attachment);
        identity = ServerIdentity.open(server, authorities);
        ServerSocketChannel unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        unix.bind(UnixDomainSocketAddress.of(directory.resolve("docker.sock")));
        ServerSocketChannel tcp = ServerSocketChannel.open(StandardProtocolFamily.INET);
        tcp.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
        port = ((InetSocketAddress) tcp.getLocalAddress()).getPort();
        door = DockerDoor.open(engine.api(), settings, List.of(unix), List.of(new TlsListener(tcp, identity::engine)));
    }

    @AfterEach
    void close() {
        if (door != null) {
            door.close();
        }
    }

    private Socket plain() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE);
        return socket;
    }

    private SSLSocket connect(List<TlsRules.Identity> shown, String... protocols) throws IOException {
        TlsRules rules = new TlsRules(List.of(ours.certificate()), shown, true);
        SSLSocket socket = (SSLSocket)
                TlsContext.of(rules).getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE);
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        return socket;
    }

    private static void send(Socket to, String text) throws IOException {
        to.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        to.getOutputStream().flush();
    }

    private static String rest(Socket from) throws IOException {
        return new String(from.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private static String until(Socket from, String text) throws IOException {
        StringBuilder come = new StringBuilder();
        InputStream in = from.getInputStream();
        while (come.indexOf(text) < 0) {
            int next = in.read();
            assertThat(next).as("the end came after: %s", come).isNotNegative();
            come.append((char) next);
        }
        return come.toString();
    }

    /** As the docker command calls: the answer, or why there is none. */
    private String ask(List<TlsRules.Identity> shown, String... protocols) throws IOException {
        try (SSLSocket socket = connect(shown, protocols)) {
            send(socket, PING);
            return rest(socket);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void answersWhoShowsACertificate(String protocol) throws Exception {
        open(DoorSettings.USUAL);
        assertThat(ask(List.of(client), protocol))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .endsWith("\r\n\r\nOK");
        assertThat(RawClient.get(directory.resolve("docker.sock"), "/_ping")).endsWith("OK");
    }

    /** Of the class of the open port 2375, and faults A3: nobody is let in who has not shown a certificate of the right authority. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void noTcpWithoutAVerifiedCertificateOfTheClient(String protocol) throws Exception {
        open(DoorSettings.USUAL);
        List<List<TlsRules.Identity>> wrong = List.of(
                List.of(),
                List.of(other.client("client-of-another")),
                List.of(ours.sign("ended", -1, "extendedKeyUsage=clientAuth")),
                List.of(ours.sign("of-another-role", 30, "extendedKeyUsage=serverAuth")));
        for (List<TlsRules.Identity> each : wrong) {
            assertThatThrownBy(() -> ask(each, protocol))
                    .as("%s", each)
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("alert");
        }
        assertThat(engine.calls).isEmpty();
        assertThat(ask(List.of(client), protocol)).endsWith("OK");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.1", "TLSv1", "SSLv3"})
    void olderProtocolsAreNotSpoken(String protocol) throws Exception {
        open(DoorSettings.USUAL);
        // A ClientHello of that version with one suite that it had, and nothing else.
        int minor = List.of("SSLv3", "TLSv1", "TLSv1.1").indexOf(protocol);
        byte[] hello = new byte[5 + 4 + 2 + 32 + 1 + 4 + 2];
        hello[0] = 22;
        hello[1] = 3;
        hello[2] = (byte) minor;
        hello[4] = (byte) (hello.length - 5);
        hello[5] = 1;
        hello[8] = (byte) (hello.length - 9);
        hello[9] = 3;
        hello[10] = (byte) minor;
        hello[45] = 2; // bytes of suites
        hello[47] = 0x2f; // TLS_RSA_WITH_AES_128_CBC_SHA
        hello[48] = 1;
        try (Socket socket = plain()) {
            socket.getOutputStream().write(hello);
            assertThat(rest(socket))
                    .satisfiesAnyOf(
                            answer -> assertThat(answer).isEmpty(),
                            answer -> assertThat(answer.charAt(0)).isEqualTo((char) 21));
        }
        assertThat(engine.calls).isEmpty();
    }

    @Test
    void whoSpeaksHttpIsToldSo() throws Exception {
        open(DoorSettings.USUAL);
        try (Socket socket = plain()) {
            send(socket, PING);
            assertThat(rest(socket))
                    .isEqualTo(
                            "HTTP/1.0 400 Bad Request\r\n\r\n" + "Client sent an HTTP request to an HTTPS server.\n");
        }
        try (Socket socket = plain()) {
            send(socket, "\0\1\2\3 nonsense");
            assertThat(rest(socket)).isEmpty();
        }
        assertThat(engine.calls).isEmpty();
    }

    /** The end of what a client sends is not the end of the connection: what docker run -i lives by. */
    @Test
    void bringsInputAndItsEnd() throws Exception {
        open(DoorSettings.USUAL);
        try (SSLSocket socket = connect(List.of(client))) {
            send(socket, ATTACH + "first ");
            until(socket, "\r\n\r\n");
            send(socket, "second");
            socket.shutdownOutput();
            assertThat(attachment.inputEnded.await(PATIENCE, TimeUnit.MILLISECONDS))
                    .isTrue();
            assertThat(attachment.input()).isEqualTo("first second");
            attachment.print(OutputStreamName.STDOUT, "goes on");
            attachment.end();
            assertThat(rest(socket)).isEqualTo("\1\0\0\0\0\0\0\7goes on");
        }
    }

    /** All in one piece: what comes before the end is not lost to it. */
    @Test
    void bringsMuchInputAndItsEndAtOnce() throws Exception {
        open(DoorSettings.USUAL);
        String much = "0123456789abcdef".repeat(16 << 10);
        try (SSLSocket socket = connect(List.of(client))) {
            send(socket, ATTACH + much);
            socket.shutdownOutput();
            assertThat(attachment.inputEnded.await(PATIENCE, TimeUnit.MILLISECONDS))
                    .isTrue();
            assertThat(attachment.input()).isEqualTo(much);
            attachment.print(OutputStreamName.STDOUT, much);
            attachment.end();
            assertThat(rest(socket)).endsWith(much);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void hearsWhenAClientHasGone(boolean saysSo) throws Exception {
        open(DoorSettings.USUAL);
        Socket wire = plain();
        SSLSocket socket = (SSLSocket) TlsContext.of(new TlsRules(List.of(ours.certificate()), List.of(client), true))
                .getSocketFactory()
                .createSocket(wire, "127.0.0.1", port, true);
        send(socket, ATTACH);
        until(socket, "\r\n\r\n");
        if (saysSo) {
            socket.shutdownOutput();
            assertThat(attachment.inputEnded.await(PATIENCE, TimeUnit.MILLISECONDS))
                    .isTrue();
            assertThat(attachment.closed.getCount()).isOne();
            wire.setSoLinger(true, 0); // its end is a reset: of an orderly one keepalive's answer is one, later
        }
        wire.close();
        assertThat(attachment.closed.await(PATIENCE, TimeUnit.MILLISECONDS)).isTrue();
    }

    /** Slow loris before TLS: who does not show anything has one of a few places, for a while, and is in nobody's way. */
    @Test
    void strangersHaveFewPlacesAndLittleTime() throws Exception {
        open(DoorSettings.USUAL.withHead(Duration.ofSeconds(15)));
        List<Socket> strangers = new ArrayList<>();
        try {
            for (int i = 0; i < 128; i++) {
                strangers.add(plain());
            }
            try (Socket late = plain()) {
                assertThat(rest(late)).isEmpty();
            }
            assertThat(RawClient.get(directory.resolve("docker.sock"), "/_ping"))
                    .endsWith("OK");
            for (Socket each : strangers) {
                assertThat(rest(each)).isEmpty();
            }
            assertThat(asksUntilThereIsAPlace()).endsWith("OK");
        } finally {
            for (Socket each : strangers) {
                each.close();
            }
        }
    }

    /** Who was refused keeps his for another moment, to read why. */
    private String asksUntilThereIsAPlace() throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE);
        while (true) {
            try {
                return ask(List.of(client));
            } catch (IOException e) {
                assertThat(System.nanoTime()).as(e.toString()).isLessThan(end);
                Thread.sleep(100);
            }
        }
    }

    @Test
    void certificatesMayBeReplaced() throws Exception {
        Path authorities = directory.resolve("ca.pem");
        Files.copy(ours.certificate(), authorities);
        open(DoorSettings.USUAL, authorities);
        TlsRules.Identity next = other.client("the-next-client");
        try (SSLSocket kept = connect(List.of(client))) {
            send(kept, "GET /_ping HTTP/1.1\r\nHost: a\r\n\r\n");
            until(kept, "\r\n\r\nOK");
            Files.writeString(authorities, "half of a cert");
            assertThatThrownBy(identity::reread)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(authorities + " has no certificate");
            assertThat(ask(List.of(client))).endsWith("OK");
            Files.copy(other.certificate(), authorities, StandardCopyOption.REPLACE_EXISTING);
            identity.reread();
            assertThatThrownBy(() -> ask(List.of(client))).isInstanceOf(SSLException.class);
            assertThat(ask(List.of(next))).endsWith("OK");
            send(kept, PING); // what is there goes on
            assertThat(rest(kept)).endsWith("OK");
        }
    }
}

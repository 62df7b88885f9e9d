package dev.estiba.registry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.content.transport.CopyOptions;
import dev.estiba.content.transport.ImageCopy;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.client.Registry;
import dev.estiba.registry.client.RegistrySettings;
import dev.estiba.registry.tls.TestCertificate;
import dev.estiba.registry.tls.TlsContext;
import dev.estiba.registry.tls.TlsRules;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same over TLS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsServerTest {
    @TempDir
    private static Path certificates;

    private TlsRules.Identity ec;
    private TlsRules.Identity rsa;

    @TempDir
    private Path directory;

    @BeforeAll
    void certificates() throws Exception {
        ec = identity(TestCertificate.make(certificates, "ec", "EC", "-ext", "san=ip:127.0.0.1"), "ec");
        rsa = identity(TestCertificate.make(certificates, "rsa", "RSA", "-ext", "san=ip:127.0.0.1"), "rsa");
    }

    private static TlsRules.Identity identity(TestCertificate certificate, String name) throws Exception {
        return new TlsRules.Identity(
                certificate.writeCertificate(certificates.resolve(name + ".pem")),
                certificate.writeKey(certificates.resolve(name + ".key")));
    }

    private Web open(TlsRules.Identity identity) throws IOException {
        return open(identity, UnaryOperator.identity());
    }

    private Web open(TlsRules.Identity identity, UnaryOperator<ServerSettings> more) throws IOException {
        return Web.open(directory, settings -> more.apply(settings.withTls(identity)));
    }

    private static SocketFactory sockets() throws IOException {
        return TlsContext.of(TlsRules.USUAL.withoutVerifying()).getSocketFactory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA"})
    void ourClientPushesAndPulls(String kind) throws Exception {
        Path layers = Files.createDirectories(directory.resolve("from"));
        TlsRules.Identity identity = kind.equals("EC") ? ec : rsa;
        try (Web plain = Web.open(layers);
                Web web = open(identity);
                Registry registry =
                        Registry.open(RegistrySettings.USUAL.withAuthorities(List.of(identity.certificate())))) {
            Descriptor image = plain.image("a", "one", 1, 3_000_000, 10, 0);
            Reference there = Reference.parse(web.host() + "/b:one");
            try (ImageSource source = registry.source(Reference.parse(plain.host() + "/a:one"));
                    ImageTarget target = registry.target(there, List.of())) {
                ImageCopy.copy(source, target, CopyOptions.ALL, (blob, step) -> {});
            }
            try (ImageSource source = registry.source(there);
                    ImageTarget target = registry.target(Reference.parse(plain.host() + "/c:one"), List.of())) {
                ImageCopy.copy(source, target, CopyOptions.ALL, (blob, step) -> {});
            }
            assertThat(web.url()).startsWith("https://");
            assertThat(registry.resolve(Reference.parse(plain.host() + "/c:one")))
                    .hasValue(image);
        }
    }

    @Test
    void aChunkedUploadOf64Megabytes() throws Exception {
        byte[] bytes = Web.random(5, 64 << 20);
        try (Web web = open(ec)) {
            for (int round = 0; round < 2; round++) {
                String upload = Web.header(web.send("POST", "/v2/a" + round + "/blobs/uploads/"), "Location");
                HttpRequest patch = HttpRequest.newBuilder(URI.create(web.url() + upload))
                        .method(
                                "PATCH",
                                HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)))
                        .timeout(Duration.ofMinutes(5))
                        .build();
                HttpResponse<Void> taken = web.client().send(patch, HttpResponse.BodyHandlers.discarding());
                assertThat(taken.statusCode()).isEqualTo(202);
                assertThat(taken.headers().firstValue("Range")).hasValue("0-" + (bytes.length - 1));
                assertThat(web.send("PUT", upload + "?digest=" + Digest.of(bytes))
                                .statusCode())
                        .isEqualTo(201);
            }
            assertThat(web.get("/v2/a1/blobs/" + Digest.of(bytes)).body()).isEqualTo(bytes);
        }
    }

    /** Records end anywhere: in the middle of a line, of a chunk's length, of a body. */
    @Test
    void piecesOfAllLengths() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        try (Web web = open(ec)) {
            for (int round = 0; round < 8; round++) {
                byte[] body = Web.random(round, random.nextInt(60_000));
                String repository = "r" + round;
                String location = Web.header(web.send("POST", "/v2/" + repository + "/blobs/uploads/"), "Location");
                try (Wire wire = Wire.open(web, sockets())) {
                    trickle(wire, random, chunked("PATCH " + location, body, random));
                    assertThat(wire.answer().status()).as("seed %s", seed).isEqualTo(202);
                    String put = "PUT " + location + "?digest=" + Digest.of(body)
                            + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
                    trickle(wire, random, put.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    assertThat(wire.answer().status()).as("seed %s", seed).isEqualTo(201);
                }
                assertThat(web.get("/v2/" + repository + "/blobs/" + Digest.of(body))
                                .body())
                        .as("seed %s", seed)
                        .isEqualTo(body);
            }
        }
    }

    private static byte[] chunked(String request, byte[] body, Random random) {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        all.writeBytes((request + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        for (int at = 0; at < body.length; ) {
            int n = Math.min(body.length - at, 1 + random.nextInt(random.nextBoolean() ? 20_000 : 30));
            all.writeBytes((Integer.toHexString(n) + "\r\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            all.write(body, at, n);
            all.writeBytes(new byte[] {'\r', '\n'});
            at += n;
        }
        all.writeBytes(new byte[] {'0', '\r', '\n', '\r', '\n'});
        return all.toByteArray();
    }

    private static void trickle(Wire wire, Random random, byte[] bytes) throws IOException {
        for (int at = 0; at < bytes.length; ) {
            int n = Math.min(bytes.length - at, 1 + random.nextInt(random.nextInt(4) == 0 ? 30_000 : 300));
            wire.say(Arrays.copyOfRange(bytes, at, at + n));
            at += n;
        }
    }

    @Test
    void slowReadersGetAll() throws Exception {
        byte[] bytes = Web.random(9, 6_000_000);
        try (Web web = open(ec);
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
            String path = "/v2/a/blobs/" + web.blob("a", bytes).digest();
            List<Callable<byte[]>> readers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                readers.add(() -> {
                    try (Wire wire = Wire.open(web, sockets())) {
                        wire.say("GET " + path + " HTTP/1.1\nHost: x\nConnection: close\n\n");
                        Thread.sleep(200); // until all buffers are full
                        return readSlowly(wire.in());
                    }
                });
            }
            for (Future<byte[]> each : threads.invokeAll(readers)) {
                byte[] all = each.get();
                assertThat(Arrays.copyOfRange(all, all.length - bytes.length, all.length))
                        .isEqualTo(bytes);
            }
        }
    }

    private static byte[] readSlowly(InputStream in) throws Exception {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        byte[] buffer = new byte[400_000];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            all.write(buffer, 0, n);
            if (all.size() % 17 == 0) {
                Thread.sleep(10);
            }
        }
        return all.toByteArray();
    }

    @Test
    void showsTheWholeChain() throws Exception {
        TestCertificate signed = TestCertificate.signed(certificates, "signed", "EC", "-ext", "san=ip:127.0.0.1");
        Path authority = certificates.resolve("authority.pem");
        TlsRules.Identity alone = identity(signed, "signed");
        signed.writeAuthority(authority);
        Path chain = Files.writeString(
                certificates.resolve("chain.pem"), Files.readString(alone.certificate()) + Files.readString(authority));
        try (Web web = open(new TlsRules.Identity(chain, alone.key()));
                SSLSocket socket = (SSLSocket) TlsContext.of(TlsRules.USUAL.trusting(List.of(authority)))
                        .getSocketFactory()
                        .createSocket(web.address().getAddress(), web.address().getPort())) {
            socket.startHandshake();
            assertThat(socket.getSession().getPeerCertificates()).hasSize(2);
        }
    }

    @Test
    void takesANewCertificate() throws Exception {
        Path certificate = Files.copy(ec.certificate(), directory.resolve("now.pem"));
        Path key = Files.copy(ec.key(), directory.resolve("now.key"));
        try (Web web = open(new TlsRules.Identity(certificate, key))) {
            assertThat(subject(web)).isEqualTo("CN=ec");
            Files.copy(rsa.certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
            assertThat(subject(web)).as("its key has not come yet").isEqualTo("CN=ec");
            Files.copy(rsa.key(), key, StandardCopyOption.REPLACE_EXISTING);
            assertThat(subject(web)).isEqualTo("CN=rsa");
            Files.delete(key);
            assertThat(subject(web)).isEqualTo("CN=rsa");
        }
    }

    private static String subject(Web web) throws Exception {
        try (SSLSocket socket = (SSLSocket)
                sockets().createSocket(web.address().getAddress(), web.address().getPort())) {
            socket.startHandshake();
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return shown.getSubjectX500Principal().getName();
        }
    }

    @Test
    void refusesWhatCannotBeShown() throws Exception {
        TlsRules.Identity mixed = new TlsRules.Identity(
                ec.certificate(),
                TestCertificate.make(certificates, "other", "EC").writeKey(certificates.resolve("other.key")));
        assertThatThrownBy(() -> open(mixed))
                .isInstanceOf(IOException.class)
                .hasMessage(mixed.key() + " is not the key of the certificate in " + ec.certificate());
        Path nothing = certificates.resolve("nothing.pem");
        assertThatThrownBy(() -> open(new TlsRules.Identity(nothing, ec.key())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(nothing.toString());
    }

    @Test
    void whoSpeaksPlainHttpIsLeft() throws Exception {
        try (Web web = open(ec)) {
            try (Wire wire = Wire.open(web)) {
                wire.say("GET /v2/ HTTP/1.1\nHost: x\n\n");
                while (wire.in().read() >= 0) {
                    // an alert of TLS
                }
            }
            assertThat(web.get("/v2/").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void tokensAreGivenOverTls() throws Exception {
        Path users = Files.writeString(
                directory.resolve("htpasswd"), "a:$2y$04$ZzZzZzZzZzZzZzZzZzZzZuVZPQK0l1c2k8mQ4KpYw4nq5p7Yb2xbu\n");
        try (Web web = open(ec, settings -> settings.withUsers(users, true))) {
            assertThat(Web.header(web.get("/v2/"), "WWW-Authenticate"))
                    .startsWith("Bearer realm=\"https://" + web.host() + "/token\"");
        }
    }
}

package dev.estiba.registry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.content.transport.ImageSource;
import dev.estiba.registry.http.ScriptedServer;
import dev.estiba.registry.http.Unreachable;
import dev.estiba.registry.tls.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Whom a client trusts. This machine is insecure in Docker's sense, so here hosts.toml says that it is not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsTest {
    @TempDir
    private static Path directory;

    private final MadeImage image = MadeImage.of(51, 1000);
    private TestCertificate right;
    private TestCertificate client;

    @BeforeAll
    void certificates() throws Exception {
        right = TestCertificate.make(directory, "right", "EC", "-ext", "san=ip:127.0.0.1");
        client = TestCertificate.make(directory, "client", "RSA");
    }

    private TestRegistry start(TestCertificate certificate, Optional<TestCertificate> wanted) throws Exception {
        TestRegistry server = TestRegistry.start(certificate.serverSockets(wanted));
        server.put("made/image", "one", image);
        return server;
    }

    /** {@code https://} in a file is strict, also for this machine. */
    private RegistrySettings strict(TestRegistry server, String more) throws IOException {
        Path roots = directory.resolve("certs-" + server.server().port());
        Path host = Files.createDirectories(roots.resolve(server.host()));
        Files.writeString(host.resolve("hosts.toml"), "server = \"https://" + server.host() + "\"\n" + more);
        return Quick.settings().withCertificateDirectories(List.of(roots));
    }

    private void pull(TestRegistry server, RegistrySettings settings) throws IOException {
        try (Registry registry = Registry.open(settings);
                ImageSource source = registry.source(server.image())) {
            assertThat(source.root()).isEqualTo(image.manifest());
        }
    }

    @Test
    void trustsWhatItsUserTrusts() throws Exception {
        Path authority = right.writeCertificate(directory.resolve("right.pem"));
        try (TestRegistry server = start(right, Optional.empty())) {
            pull(server, strict(server, "ca = \"" + authority + "\"\n"));
            pull(server, strict(server, "").withAuthorities(List.of(authority)));
            pull(server, strict(server, "skip_verify = true\n"));
        }
    }

    @Test
    void trustsNobodyElse() throws Exception {
        try (TestRegistry server = start(right, Optional.empty())) {
            assertThatThrownBy(() -> pull(server, strict(server, "")))
                    .isInstanceOf(Unreachable.class)
                    .hasMessageStartingWith("cannot trust or speak TLS with https://" + server.host());
            assertThat(server.server().requests()).isEmpty();
        }
    }

    @Test
    void refusesAnotherName() throws Exception {
        TestCertificate other = TestCertificate.make(directory, "other", "EC", "-ext", "san=dns:other.example");
        Path authority = other.writeCertificate(directory.resolve("other.pem"));
        try (TestRegistry server = start(other, Optional.empty())) {
            assertThatThrownBy(() -> pull(server, strict(server, "ca = \"" + authority + "\"\n")))
                    .isInstanceOf(Unreachable.class);
            assertThat(server.server().requests()).isEmpty();
        }
    }

    @Test
    void refusesWhatHasExpired() throws Exception {
        String[] name = {"-ext", "san=ip:127.0.0.1"};
        TestCertificate fresh = TestCertificate.signed(directory, "fresh", "EC", name);
        TestCertificate old = TestCertificate.signed(
                directory, "old", "EC", "-ext", "san=ip:127.0.0.1", "-startdate", "-10d", "-validity", "1");
        Path freshAuthority = fresh.writeAuthority(directory.resolve("fresh.pem"));
        Path oldAuthority = old.writeAuthority(directory.resolve("old.pem"));
        try (TestRegistry server = start(fresh, Optional.empty())) {
            pull(server, strict(server, "ca = \"" + freshAuthority + "\"\n"));
        }
        try (TestRegistry server = start(old, Optional.empty())) {
            assertThatThrownBy(() -> pull(server, strict(server, "ca = \"" + oldAuthority + "\"\n")))
                    .isInstanceOf(Unreachable.class);
            assertThat(server.server().requests()).isEmpty();
        }
    }

    @Test
    void showsAClientsCertificate() throws Exception {
        Path certificate = client.writeCertificate(directory.resolve("client.cert"));
        Path key = client.writeKey(directory.resolve("client.key"));
        Path authority = right.writeCertificate(directory.resolve("right2.pem"));
        try (TestRegistry server = start(right, Optional.of(client))) {
            String trust = "ca = \"" + authority + "\"\n";
            pull(server, strict(server, trust + "client = [[\"" + certificate + "\", \"" + key + "\"]]\n"));
            assertThatThrownBy(() -> pull(server, strict(server, trust))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void readsDockersDirectory() throws Exception {
        try (TestRegistry server = start(right, Optional.of(client))) {
            Path roots = Files.createDirectories(directory.resolve("docker-certs.d"));
            Path host = Files.createDirectories(roots.resolve(server.host()));
            right.writeCertificate(host.resolve("ca.crt"));
            client.writeCertificate(host.resolve("client.cert"));
            RegistrySettings settings = Quick.settings().withCertificateDirectories(List.of(roots));
            assertThatThrownBy(() -> pull(server, settings))
                    .hasMessageStartingWith("missing key client.key for client certificate client.cert");
            client.writeKey(host.resolve("client.key"));
            pull(server, settings);
        }
    }

    @Test
    void thisMachineIsNotVerified() throws Exception {
        try (TestRegistry server = start(right, Optional.empty())) {
            pull(server, Quick.settings());
            assertThat(server.server().lines().getFirst()).isEqualTo("GET /v2/");
        }
    }

    @Test
    void httpsIsNeverLeftForHttpUnlessItsUserSaysSo_CVE_2014_5277() throws Exception {
        try (TestRegistry plain = TestRegistry.with(image)) {
            assertThatThrownBy(() -> pull(plain, strict(plain, ""))).isInstanceOf(Unreachable.class);
            assertThat(plain.server().requests()).isEmpty();
            pull(plain, Quick.settings());
        }
    }

    @Test
    void aSecureRegistryDoesNotSendUsToAPlainOne() throws Exception {
        Path authority = right.writeCertificate(directory.resolve("right3.pem"));
        try (TestRegistry server = start(right, Optional.empty());
                ScriptedServer plain = ScriptedServer.plain((request, reply) -> reply.send(200))) {
            server.fault(
                    100,
                    "/manifests/",
                    (request, reply) -> reply.send(307, java.util.Map.of("Location", plain.url() + "/x"), new byte[0]));
            assertThatThrownBy(() -> pull(server, strict(server, "ca = \"" + authority + "\"\n")))
                    .hasMessageContaining("it would leave https");
            assertThat(plain.requests()).isEmpty();
        }
    }

    @Test
    void theTokenServiceOfASecureRegistryIsSecure() throws Exception {
        Path authority = right.writeCertificate(directory.resolve("right4.pem"));
        try (TestRegistry server = start(right, Optional.empty());
                ScriptedServer plain = ScriptedServer.plain((request, reply) -> reply.json(200, "{\"token\":\"x\"}"))) {
            server.fault(
                    100,
                    "/manifests/",
                    (request, reply) -> reply.send(
                            401,
                            java.util.Map.of("WWW-Authenticate", "Bearer realm=\"" + plain.url() + "/\""),
                            new byte[0]));
            assertThatThrownBy(() -> pull(server, strict(server, "ca = \"" + authority + "\"\n")))
                    .hasMessageContaining("it would leave https");
            assertThat(plain.requests()).isEmpty();
        }
    }
}

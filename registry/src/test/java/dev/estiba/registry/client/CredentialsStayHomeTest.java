package dev.estiba.registry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.registry.auth.Credentials;
import dev.estiba.registry.auth.Refusal;
import dev.estiba.registry.http.RefusedAddress;
import dev.estiba.registry.http.ScriptedServer;
import dev.estiba.registry.http.ScriptedServer.Reply;
import dev.estiba.registry.http.ScriptedServer.Request;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a registry was given stays with it, wherever it sends us: two secrets that no other server may ever see. */
class CredentialsStayHomeTest {
    private static final String USER = "marked-user";
    private static final String SECRET = "marked-secret-2718281828";
    private static final String TOKEN = "marked-token-3141592653";
    private static final String BASIC =
            Base64.getEncoder().encodeToString((USER + ":" + SECRET).getBytes(StandardCharsets.UTF_8));

    private final MadeImage image = MadeImage.of(21, 50_000);

    private RegistrySettings settings(TestRegistry server) {
        return Quick.settings().withCredentials(Map.of(server.host(), new Credentials.Password(USER, SECRET)));
    }

    /** A registry that wants to be shown the password. */
    private TestRegistry guarded() throws IOException {
        TestRegistry server = TestRegistry.with(image);
        server.faults.add(new TestRegistry.Fault(
                request -> !request.header("authorization").equals(java.util.Optional.of("Basic " + BASIC)),
                new java.util.concurrent.atomic.AtomicInteger(Integer.MAX_VALUE),
                (request, reply) -> reply.send(401, Map.of("WWW-Authenticate", "Basic realm=\"here\""), new byte[0])));
        return server;
    }

    private byte[] pull(TestRegistry server) throws IOException {
        try (Registry registry = Registry.open(settings(server));
                ImageSource source = registry.source(server.image())) {
            source.root();
            try (InputStream in = source.blob(image.layer(0), 0)) {
                return in.readAllBytes();
            }
        }
    }

    private static void isClean(ScriptedServer other) {
        assertThat(other.requests()).allSatisfy(CredentialsStayHomeTest::hasNoSecret);
    }

    private static void hasNoSecret(Request request) {
        assertThat(request.whole()).doesNotContain(SECRET, TOKEN, BASIC);
        assertThat(request.headers()).doesNotContainKeys("authorization", "cookie");
    }

    private static void redirect(Reply reply, int status, String to) throws IOException {
        reply.send(status, Map.of("Location", to, "Set-Cookie", "session=" + TOKEN), new byte[0]);
    }

    private void sendBlob(Request request, Reply reply) throws IOException {
        reply.send(200, Map.of(), image.bytes(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aRedirectTakesNoCredentialsAlong(int status) throws IOException {
        try (TestRegistry server = guarded();
                ScriptedServer other = ScriptedServer.plain(this::sendBlob)) {
            server.fault(1, "/blobs/", (request, reply) -> {
                assertThat(request.header("authorization")).hasValue("Basic " + BASIC);
                redirect(reply, status, other.url() + "/storage?signature=x");
            });
            assertThat(pull(server)).isEqualTo(image.bytes(0));
            assertThat(other.requests()).hasSize(1);
            isClean(other);
        }
    }

    /** {@link TestRegistry#faults} are asked in order: these come first. */
    private static void first(TestRegistry server, String part, ScriptedServer.Script script) {
        server.faults.addFirst(new TestRegistry.Fault(
                request -> request.target().contains(part),
                new java.util.concurrent.atomic.AtomicInteger(Integer.MAX_VALUE),
                script));
    }

    @Test
    void whoIsSentToIsNotShownAnythingWhenItAsks_CVE_2020_15157() throws IOException {
        try (TestRegistry server = guarded();
                ScriptedServer realm =
                        ScriptedServer.plain((request, reply) -> reply.json(200, "{\"token\":\"" + TOKEN + "\"}"));
                ScriptedServer other = ScriptedServer.plain((request, reply) -> reply.send(
                        401,
                        Map.of(
                                "WWW-Authenticate",
                                "Bearer realm=\"" + realm.url() + "/token\",service=\"x\"\nBasic realm=\"x\""),
                        new byte[0]))) {
            server.fault(100, "/blobs/", (request, reply) -> redirect(reply, 307, other.url() + "/storage"));
            assertThatThrownBy(() -> pull(server)).isInstanceOf(Refusal.class).hasMessageContaining("unauthorized");
            assertThat(other.requests()).hasSize(1);
            isClean(other);
            assertThat(realm.requests()).isEmpty();
        }
    }

    @Test
    void credentialsAreNotPutBackOnTheWayHome_CVE_2024_45336() throws IOException {
        try (TestRegistry server = guarded();
                ScriptedServer other =
                        ScriptedServer.plain((request, reply) -> redirect(reply, 302, server.url() + "/back"))) {
            server.fault(1, "/blobs/", (request, reply) -> redirect(reply, 307, other.url() + "/storage"));
            first(server, "/back", (request, reply) -> {
                hasNoSecret(request);
                sendBlob(request, reply);
            });
            assertThat(pull(server)).isEqualTo(image.bytes(0));
            isClean(other);
        }
    }

    @Test
    void descriptorsAddressesAreNotAsked_CVE_2020_15157() throws IOException {
        try (TestRegistry server = guarded();
                ScriptedServer other = ScriptedServer.plain(this::sendBlob);
                Registry registry = Registry.open(settings(server));
                ImageSource source = registry.source(server.image())) {
            var layer = image.layer(0);
            var foreign = new dev.estiba.oci.image.Descriptor(
                    layer.mediaType(),
                    layer.digest(),
                    layer.size(),
                    List.of(other.url() + "/layer"),
                    Map.of(),
                    java.util.Optional.empty(),
                    java.util.Optional.empty(),
                    java.util.Optional.empty());
            try (InputStream in = source.blob(foreign, 0)) {
                assertThat(in.readAllBytes()).isEqualTo(image.bytes(0));
            }
            assertThat(other.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "ftp://127.0.0.1/x",
                "http://169.254.169.254/latest/meta-data",
                "http://[fe80::1]/x",
                "http://[fd00:ec2::254]/latest",
                "http://user:password@127.0.0.1/x",
                "http://",
                "javascript:alert(1)",
                "::"
            })
    void doesNotGoThere(String target) throws IOException {
        try (TestRegistry server = guarded()) {
            server.fault(100, "/blobs/", (request, reply) -> redirect(reply, 307, target));
            assertThatThrownBy(() -> pull(server))
                    .isInstanceOf(RefusedAddress.class)
                    .hasMessageNotContainingAny("password@", SECRET);
        }
    }

    @Test
    void endsALoop() throws IOException {
        try (TestRegistry server = guarded()) {
            server.fault(1000, "/blobs/", (request, reply) -> redirect(reply, 307, request.target()));
            assertThatThrownBy(() -> pull(server))
                    .isInstanceOf(RefusedAddress.class)
                    .hasMessageContaining("does not come to an end");
            assertThat(server.count("GET", "/blobs/")).isEqualTo(11);
        }
    }

    @Test
    void followsTenRedirects() throws IOException {
        try (TestRegistry server = guarded()) {
            server.fault(10, "/blobs/", (request, reply) -> redirect(reply, 307, request.target()));
            assertThat(pull(server)).isEqualTo(image.bytes(0));
        }
    }

    @Test
    void anUploadElsewhereTakesNoCredentialsAlong() throws IOException {
        MadeImage pushed = MadeImage.of(22, 60_000);
        try (TestRegistry server = guarded();
                ScriptedServer other = ScriptedServer.plain((request, reply) -> reply.send(201));
                Registry registry = Registry.open(settings(server));
                ImageTarget target = registry.target(server.image(), List.of())) {
            server.fault(
                    1,
                    "POST",
                    "/uploads/",
                    (request, reply) ->
                            reply.send(202, Map.of("Location", other.url() + "/put?signature=1"), new byte[0]));
            target.blob(pushed.layer(0), PushTest.source(pushed.bytes(0)), TransferListener.NONE);
            assertThat(other.requests()).singleElement().satisfies(request -> {
                assertThat(request.body()).isEqualTo(pushed.bytes(0));
                assertThat(request.query()).startsWith("signature=1&digest=sha256%3A");
            });
            isClean(other);
        }
    }

    @Test
    void aTokenServiceThatSendsUsOnGetsNothingThere() throws IOException {
        try (TestRegistry server = TestRegistry.with(image);
                ScriptedServer other =
                        ScriptedServer.plain((request, reply) -> reply.json(200, "{\"token\":\"" + TOKEN + "\"}"));
                ScriptedServer realm =
                        ScriptedServer.plain((request, reply) -> redirect(reply, 307, other.url() + "/token"))) {
            server.fault(
                    100,
                    "/manifests/",
                    (request, reply) -> reply.send(
                            401,
                            Map.of("WWW-Authenticate", "Bearer realm=\"" + realm.url() + "/token\",service=\"x\""),
                            new byte[0]));
            assertThatThrownBy(() -> pull(server)).isInstanceOf(Refusal.class).hasMessageContaining("307");
            assertThat(other.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://169.254.169.254/token", "file:///etc/passwd", "http://[fe80::1]/t", "relative", ""})
    void aTokenServiceInNoPlaceForOneIsNotAsked(String realm) throws IOException {
        try (TestRegistry server = TestRegistry.with(image)) {
            server.fault(
                    100,
                    "/manifests/",
                    (request, reply) -> reply.send(
                            401,
                            Map.of("WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"x\""),
                            new byte[0]));
            assertThatThrownBy(() -> pull(server)).isInstanceOf(IOException.class);
            assertThat(server.server().requests())
                    .allSatisfy(request -> assertThat(request.whole()).doesNotContain(TOKEN));
        }
    }

    @Test
    void aTokenThatNoHeaderMayHaveIsNotTold() throws IOException {
        try (TestRegistry server = guarded();
                Registry registry = Registry.open(Quick.settings()
                        .withCredentials(Map.of(server.host(), new Credentials.RegistryToken(TOKEN + "\r\nX: y"))));
                ImageSource source = registry.source(server.image())) {
            server.faults.addFirst(new TestRegistry.Fault(
                    request -> request.header("authorization").isEmpty(),
                    new java.util.concurrent.atomic.AtomicInteger(1),
                    (request, reply) ->
                            reply.send(401, Map.of("WWW-Authenticate", "Bearer realm=\"x\""), new byte[0])));
            assertThatThrownBy(source::root)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("a header that HTTP does not allow")
                    .hasNoCause()
                    .hasMessageNotContaining(TOKEN);
        }
    }

    @Test
    void nobodysSecretIsInAText() {
        RegistrySettings settings = Quick.settings()
                .withCredentials(Map.of("a", new Credentials.Password(USER, SECRET)))
                .withProxies(dev.estiba.registry.http.Proxies.of("http://u:" + SECRET + "@proxy:3128", "", ""));
        assertThat(settings.toString()).doesNotContain(SECRET);
        assertThat(new Credentials.IdentityToken(TOKEN).toString()).doesNotContain(TOKEN);
        assertThat(new Credentials.RegistryToken(TOKEN).toString()).doesNotContain(TOKEN);
    }
}

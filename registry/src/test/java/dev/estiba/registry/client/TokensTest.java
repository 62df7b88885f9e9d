package dev.estiba.registry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.auth.Credentials;
import dev.estiba.registry.auth.Refusal;
import dev.estiba.registry.http.ScriptedServer;
import dev.estiba.registry.http.ScriptedServer.Reply;
import dev.estiba.registry.http.ScriptedServer.Request;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A registry with a token service, as Docker's is. */
class TokensTest {
    private static final Credentials.Password SOMEBODY = new Credentials.Password("somebody", "p:w ü");
    private final MadeImage image = MadeImage.of(31, 50_000);
    private final AtomicInteger issued = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private TestRegistry server;
    private ScriptedServer realm;

    @BeforeEach
    void start() throws IOException {
        server = TestRegistry.with(image);
        realm = ScriptedServer.plain(this::issue);
        server.faults.add(new TestRegistry.Fault(
                request -> !isAccepted(request), new AtomicInteger(Integer.MAX_VALUE), this::challenge));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        realm.close();
    }

    private boolean isAccepted(Request request) {
        return request.header("authorization")
                .filter(text -> text.startsWith("Bearer token-"))
                .filter(text -> Integer.parseInt(text.substring(13)) > accepted.get())
                .isPresent();
    }

    private void challenge(Request request, Reply reply) throws IOException {
        reply.send(
                401,
                Map.of(
                        "WWW-Authenticate",
                        "Bearer realm=\"" + realm.url() + "/token?a=b\",service=\"the service\",scope=\"everything\""),
                "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\"}]}"
                        .getBytes(StandardCharsets.UTF_8));
    }

    private void issue(Request request, Reply reply) throws IOException {
        reply.json(
                200,
                "{\"access_token\":\"token-" + issued.incrementAndGet()
                        + "\",\"expires_in\":300,\"refresh_token\":\"identity\"}");
    }

    private Registry registry(Credentials credentials) throws IOException {
        return Registry.open(Quick.settings().withCredentials(Map.of(server.host(), credentials)));
    }

    private void pull(Registry registry) throws IOException {
        try (ImageSource source = registry.source(server.image())) {
            assertThat(source.root()).isEqualTo(image.manifest());
            try (InputStream in = source.blob(image.layer(0), 0)) {
                assertThat(in.readAllBytes()).isEqualTo(image.bytes(0));
            }
        }
    }

    @Test
    void asksOnceForWhatItNeeds() throws IOException {
        try (Registry registry = registry(SOMEBODY)) {
            pull(registry);
            pull(registry);
        }
        assertThat(realm.requests()).singleElement().satisfies(request -> {
            assertThat(request.target()).startsWith("/token?a=b&");
            assertThat(TestRegistry.query(request.query()))
                    .containsEntry("service", "the service")
                    .containsEntry("scope", "repository:made/image:pull")
                    .containsEntry("account", "somebody")
                    .doesNotContainKey("offline_token");
            assertThat(request.header("authorization"))
                    .hasValue("Basic "
                            + java.util.Base64.getEncoder()
                                    .encodeToString("somebody:p:w ü".getBytes(StandardCharsets.UTF_8)));
        });
    }

    @Test
    void nobodyGetsATokenToo() throws IOException {
        try (Registry registry = registry(Credentials.ANONYMOUS)) {
            pull(registry);
        }
        assertThat(realm.requests())
                .singleElement()
                .satisfies(
                        request -> assertThat(request.header("authorization")).isEmpty());
    }

    @Test
    void anIdentityTokenIsExchanged() throws IOException {
        try (Registry registry = registry(new Credentials.IdentityToken("i&d"))) {
            pull(registry);
        }
        assertThat(realm.requests()).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.header("authorization")).isEmpty();
            assertThat(TestRegistry.query(new String(request.body(), StandardCharsets.US_ASCII)))
                    .containsEntry("grant_type", "refresh_token")
                    .containsEntry("refresh_token", "i&d")
                    .containsEntry("service", "the service")
                    .containsEntry("scope", "repository:made/image:pull");
        });
    }

    @Test
    void aRegistryTokenIsShownAsItIs() throws IOException {
        try (Registry registry = registry(new Credentials.RegistryToken("token-7"))) {
            pull(registry);
        }
        assertThat(realm.requests()).isEmpty();
    }

    @Test
    void aTokenThatExpiresInTheMiddleIsReplaced() throws IOException {
        try (Registry registry = registry(SOMEBODY);
                ImageSource source = registry.source(server.image())) {
            source.root();
            accepted.set(1);
            try (InputStream in = source.blob(image.layer(0), 0)) {
                assertThat(in.readAllBytes()).isEqualTo(image.bytes(0));
            }
        }
        assertThat(realm.requests()).hasSize(2);
    }

    @Test
    void aRegistryThatRefusesEveryTokenIsNotAskedForEver() throws IOException {
        accepted.set(Integer.MAX_VALUE);
        try (Registry registry = registry(SOMEBODY);
                ImageSource source = registry.source(server.image())) {
            assertThatThrownBy(source::root)
                    .isInstanceOf(Refusal.class)
                    .hasMessageStartingWith("unauthorized: authentication required ('estiba login ");
            assertThat(server.count("GET", "/manifests/")).isEqualTo(2);
            assertThat(realm.requests()).hasSize(1);
        }
    }

    @Test
    void aTokenThatLacksSomethingIsADenial() throws IOException {
        server.faults.addFirst(new TestRegistry.Fault(
                request -> request.target().contains("/manifests/"),
                new AtomicInteger(100),
                (request, reply) -> reply.send(
                        401,
                        Map.of(
                                "WWW-Authenticate",
                                "Bearer realm=\"" + realm.url()
                                        + "/token\",service=\"s\",error=\"insufficient_scope\""),
                        new byte[0])));
        try (Registry registry = registry(SOMEBODY);
                ImageSource source = registry.source(server.image())) {
            assertThatThrownBy(source::root)
                    .isInstanceOf(Refusal.class)
                    .hasMessage("pull access denied for " + server.host()
                            + "/made/image, repository does not exist or may require 'docker login': denied: requested"
                            + " access to the resource is denied");
        }
    }

    @Test
    void aPushAsksForMoreAndForWhereItMountsFrom() throws IOException {
        MadeImage pushed = MadeImage.of(32, 1000);
        try (Registry registry = registry(SOMEBODY);
                ImageTarget target =
                        registry.target(server.image(), List.of(Reference.parse(server.host() + "/other/one")))) {
            target.blob(pushed.layer(0), PushTest.source(pushed.bytes(0)), TransferListener.NONE);
        }
        assertThat(realm.requests())
                .extracting(request -> request.query().replaceAll(".*?(scope=.*)&account.*", "$1"))
                .containsExactly(
                        "scope=repository%3Amade%2Fimage%3Apull%2Cpush",
                        "scope=repository%3Amade%2Fimage%3Apull%2Cpush&scope=repository%3Aother%2Fone%3Apull");
    }

    @Test
    void aLoginGivesAnIdentityToken() throws IOException {
        try (Registry registry = registry(Credentials.ANONYMOUS)) {
            assertThat(registry.login(server.host(), SOMEBODY)).hasValue(new Credentials.IdentityToken("identity"));
        }
        assertThat(TestRegistry.query(realm.requests().getFirst().query()))
                .containsEntry("offline_token", "true")
                .containsEntry("client_id", "estiba");
    }

    @Test
    void aLoginThatIsRefusedSaysSoInDockersWords() throws IOException {
        try (ScriptedServer strict = ScriptedServer.plain((request, reply) -> reply.json(
                        401,
                        "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"incorrect username or password\"}]}"));
                Registry registry = registry(Credentials.ANONYMOUS)) {
            server.faults.addFirst(new TestRegistry.Fault(
                    request -> true,
                    new AtomicInteger(100),
                    (request, reply) -> reply.send(
                            401, Map.of("WWW-Authenticate", "Bearer realm=\"" + strict.url() + "/\""), new byte[0])));
            assertThatThrownBy(() -> registry.login(server.host(), SOMEBODY))
                    .isInstanceOf(Refusal.class)
                    .hasMessage(
                            "Get \"http://" + server.host() + "/v2/\": unauthorized: incorrect username or password");
        }
    }

    @Test
    void whatIsNoTokenIsRefused() throws IOException {
        for (String answer : new String[] {"{}", "[]", "{\"token\":\"a\\r\\nb\"}", "<html>", "{\"token\":1}"}) {
            try (ScriptedServer odd = ScriptedServer.plain((request, reply) -> reply.json(200, answer));
                    Registry registry = registry(SOMEBODY);
                    ImageSource source = registry.source(server.image())) {
                server.faults.addFirst(new TestRegistry.Fault(
                        request -> true,
                        new AtomicInteger(2),
                        (request, reply) -> reply.send(
                                401, Map.of("WWW-Authenticate", "Bearer realm=\"" + odd.url() + "/\""), new byte[0])));
                assertThatThrownBy(source::root)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("has answered no token");
                server.faults.removeFirst();
            }
        }
    }

    @Test
    void tagsComeInPages() throws IOException {
        server.faults.clear();
        server.fault(
                1,
                "/tags/list?n=",
                (request, reply) -> reply.send(
                        200,
                        Map.of("Link", "</v2/made/image/tags/list?last=b>; rel=\"next\""),
                        "{\"name\":\"made/image\",\"tags\":[\"a\",\"b\"]}".getBytes(StandardCharsets.UTF_8)));
        server.fault(1, "/tags/list?last=b", (request, reply) -> reply.json(200, "{\"tags\":null}"));
        try (Registry registry = registry(SOMEBODY)) {
            assertThat(registry.tags(server.image())).containsExactly("a", "b");
            server.fault(
                    1,
                    "/tags/list",
                    (request, reply) -> reply.send(
                            200,
                            Map.of("Link", "<http://127.0.0.1:1/v2/>; rel=next"),
                            "{\"tags\":[]}".getBytes(StandardCharsets.UTF_8)));
            assertThatThrownBy(() -> registry.tags(server.image())).hasMessageContaining("elsewhere");
        }
        assertThat(Optional.of(issued.get())).hasValue(0);
    }
}

package dev.estiba.registry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.NotThere;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.registry.auth.Refusal;
import dev.estiba.registry.http.ScriptedServer.Script;
import dev.estiba.registry.http.TooLong;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry whose manifests are not what they should be, or that says no. */
class ManifestFaultsTest {
    private final MadeImage image = MadeImage.of(7, 50_000, 400_000);

    private byte[] pull(TestRegistry server, RegistrySettings settings, int layer) throws IOException {
        try (Registry registry = Registry.open(settings);
                ImageSource source = registry.source(server.image())) {
            assertThat(source.root()).isEqualTo(image.manifest());
            try (InputStream in = source.blob(image.layer(layer), 0)) {
                return in.readAllBytes();
            }
        }
    }

    private void manifestFails(Script script, Class<? extends Throwable> kind, String... words) throws IOException {
        try (TestRegistry server = TestRegistry.with(image)) {
            server.fault(Integer.MAX_VALUE, "/manifests/", script);
            ThrowingCallable pull = () -> pull(server, Quick.settings(), 1);
            assertThatThrownBy(pull).isInstanceOf(kind).hasMessageContainingAll(words);
        }
    }

    @Test
    void refusesAManifestThatIsNotWhatItsHeaderSays_CVE_2021_41190() throws IOException {
        manifestFails(
                (request, reply) -> reply.send(
                        200,
                        Map.of("Content-Type", MediaTypes.INDEX),
                        image.manifest().bytes()),
                IOException.class,
                "it is \"" + MediaTypes.MANIFEST + "\", and was said to be \"" + MediaTypes.INDEX);
    }

    @Test
    void refusesAManifestThatIsAnIndexToo_CVE_2021_41190() throws IOException {
        String both = new String(image.manifest().bytes(), StandardCharsets.UTF_8)
                .replaceFirst("\\{", "{\"manifests\":[],")
                .replaceFirst("\"mediaType\":\"[^\"]*\",", "");
        manifestFails(
                (request, reply) -> reply.send(
                        200, Map.of("Content-Type", MediaTypes.MANIFEST), both.getBytes(StandardCharsets.UTF_8)),
                IOException.class,
                "both a manifest and an index");
    }

    @Test
    void refusesADigestThatIsNotTheHeaders() throws IOException {
        manifestFails(
                (request, reply) -> reply.send(
                        200,
                        Map.of(
                                "Content-Type",
                                MediaTypes.MANIFEST,
                                "Docker-Content-Digest",
                                image.layer(0).digest().toString()),
                        image.manifest().bytes()),
                ContentMismatch.class,
                image.layer(0).digest().toString());
    }

    @Test
    void refusesADigestThatWasNotAskedFor() throws IOException {
        try (TestRegistry server = TestRegistry.with(image);
                Registry registry = Registry.open(Quick.settings());
                ImageSource source =
                        registry.source(server.image().withDigest(image.layer(0).digest()))) {
            server.fault(
                    1,
                    "/manifests/",
                    (request, reply) -> reply.send(
                            200,
                            Map.of("Content-Type", MediaTypes.MANIFEST),
                            image.manifest().bytes()));
            assertThatThrownBy(source::root).isInstanceOf(ContentMismatch.class);
        }
    }

    @Test
    void namesSchema1() throws IOException {
        manifestFails(
                (request, reply) -> reply.send(
                        200,
                        Map.of("Content-Type", "application/vnd.docker.distribution.manifest.v1+prettyjws"),
                        "{\"schemaVersion\":1}".getBytes(StandardCharsets.UTF_8)),
                IOException.class,
                "schema 1");
        manifestFails(
                (request, reply) -> reply.json(200, "{\"schemaVersion\":1}"), IOException.class, "schemaVersion 1");
    }

    @Test
    void refusesAnEndlessManifest() throws IOException {
        manifestFails(
                (request, reply) ->
                        reply.send(200, Map.of("Content-Type", MediaTypes.MANIFEST), new byte[(4 << 20) + 1]),
                TooLong.class,
                "4194304 bytes");
        manifestFails(
                (request, reply) -> {
                    reply.head(200, Map.of("Content-Type", MediaTypes.MANIFEST, "Connection", "close"), -1);
                    while (true) {
                        reply.raw(new byte[64 << 10]);
                    }
                },
                TooLong.class,
                "4194304 bytes");
    }

    @Test
    void refusesAPageForBrowsers() throws IOException {
        manifestFails(
                (request, reply) -> reply.send(
                        200,
                        Map.of("Content-Type", "text/html; charset=utf-8"),
                        "<html>please log in</html>".getBytes(StandardCharsets.UTF_8)),
                IOException.class,
                "\"text/html\"");
    }

    @Test
    void anEndlessErrorIsCutOff() throws IOException {
        manifestFails(
                (request, reply) -> {
                    reply.head(400, Map.of("Connection", "close"), -1);
                    while (true) {
                        reply.raw(new byte[64 << 10]);
                    }
                },
                Refusal.class,
                "status 400");
    }

    // Refusals

    @Test
    void saysInDockersWordsWhatIsNotThere() throws IOException {
        manifestFails(
                (request, reply) -> reply.json(
                        404, "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}"),
                NotThere.class,
                "/made/image:one not found: manifest unknown: manifest unknown");
        manifestFails(
                (request, reply) -> reply.json(
                        404, "{\"errors\":[{\"code\":\"NAME_UNKNOWN\",\"message\":\"repository name not known\"}]}"),
                NotThere.class,
                "/made/image not found: name unknown: repository name not known");
        manifestFails((request, reply) -> reply.send(404), NotThere.class, "not found: manifest unknown");
    }

    @Test
    void saysInDockersWordsThatAccessIsDenied() throws IOException {
        manifestFails(
                (request, reply) -> reply.json(
                        403,
                        "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"requested access to the resource is denied\"}]}"),
                Refusal.class,
                "pull access denied for 127.0.0.1",
                "/made/image, repository does not exist or may require 'docker login': denied: requested access to the"
                        + " resource is denied");
        manifestFails((request, reply) -> reply.send(401), Refusal.class, "unauthorized: authentication required");
    }

    @Test
    void foreignWordsAreCutAndMadeHarmless() throws IOException {
        String words = "\\u001b[2J" + "x".repeat(5000);
        try (TestRegistry server = TestRegistry.with(image)) {
            server.fault(
                    1,
                    "/manifests/",
                    (request, reply) ->
                            reply.json(400, "{\"errors\":[{\"code\":\"TAG_INVALID\",\"message\":\"" + words + "\"}]}"));
            assertThatThrownBy(() -> pull(server, Quick.settings(), 1))
                    .hasMessageStartingWith("tag invalid: ?[2J")
                    .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(400));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void aBusyServerIsAskedAgain(int status) throws IOException {
        try (TestRegistry server = TestRegistry.with(image)) {
            server.fault(4, "/manifests/", (request, reply) -> reply.send(status));
            server.fault(4, "/blobs/", (request, reply) -> reply.send(status));
            assertThat(pull(server, Quick.settings(), 1)).isEqualTo(image.bytes(1));
        }
    }

    @Test
    void waitsAsLongAsItIsTold() throws IOException {
        List<Duration> waits = new CopyOnWriteArrayList<>();
        try (TestRegistry server = TestRegistry.with(image)) {
            server.fault(
                    1, "/manifests/", (request, reply) -> reply.send(429, Map.of("Retry-After", "17"), new byte[0]));
            assertThat(pull(server, Quick.settings(waits), 1)).isEqualTo(image.bytes(1));
        }
        assertThat(waits).containsExactly(Duration.ofSeconds(17));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1000000000", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"})
    void doesNotWaitForEver(String asked) throws IOException {
        List<Duration> waits = new CopyOnWriteArrayList<>();
        try (TestRegistry server = TestRegistry.with(image)) {
            server.fault(
                    1, "/manifests/", (request, reply) -> reply.send(429, Map.of("Retry-After", asked), new byte[0]));
            assertThatThrownBy(() -> pull(server, Quick.settings(waits), 1))
                    .isInstanceOf(Refusal.class)
                    .hasMessageStartingWith("toomanyrequests: ");
        }
        assertThat(waits).isEmpty();
    }
}

package dev.estiba.registry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.NotThere;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.auth.Refusal;
import dev.estiba.registry.http.ScriptedServer.Script;
import dev.estiba.registry.http.TooLong;
import dev.estiba.registry.http.TransferFailure;
import dev.estiba.registry.http.Unreachable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry with a fault for each request, and what a pull makes of it. */
class PullFaultsTest {
    private static final Duration SHORT = Duration.ofMillis(300);
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

    private void succeeds(int times, Script script) throws IOException {
        try (TestRegistry server = TestRegistry.with(image)) {
            server.fault(times, "/blobs/", script);
            assertThat(pull(server, Quick.settings(), 1)).isEqualTo(image.bytes(1));
        }
    }

    private void fails(RegistrySettings settings, Script script, Class<? extends Throwable> kind, String... words)
            throws IOException {
        try (TestRegistry server = TestRegistry.with(image)) {
            server.fault(Integer.MAX_VALUE, "/blobs/", script);
            assertThatThrownBy(() -> pull(server, settings, 1))
                    .isInstanceOf(kind)
                    .hasMessageContainingAll(words);
        }
    }

    // Connections that break

    @Test
    void goesOnAtTheByteAfterAReset() throws IOException {
        try (TestRegistry server = TestRegistry.with(image)) {
            server.fault(2, "/blobs/", (request, reply) -> {
                int from = request.header("range").map(text -> 100_000).orElse(0);
                if (from == 0) {
                    reply.head(200, Map.of(), 400_000);
                } else {
                    assertThat(request.header("range")).hasValue("bytes=100000-399999");
                    reply.head(206, Map.of("Content-Range", "bytes 100000-399999/400000"), 300_000);
                }
                reply.raw(Arrays.copyOfRange(image.bytes(1), from, from + 100_000));
                reply.hangUp();
            });
            assertThat(pull(server, Quick.settings(), 1)).isEqualTo(image.bytes(1));
            assertThat(server.server().requests().getLast().header("range")).hasValue("bytes=200000-399999");
        }
    }

    @Test
    void asksAgainWhenTheHeadDoesNotCome() throws IOException {
        succeeds(3, (request, reply) -> reply.reset());
    }

    @Test
    void givesUpAfterFiveTries() throws IOException {
        List<Duration> waits = new CopyOnWriteArrayList<>();
        try (TestRegistry server = TestRegistry.with(image)) {
            server.fault(Integer.MAX_VALUE, "/manifests/", (request, reply) -> {
                reply.head(200, Map.of("Content-Type", MediaTypes.MANIFEST), 1000);
                reply.hangUp();
            });
            assertThatThrownBy(() -> pull(server, Quick.settings(waits), 0)).isInstanceOf(TransferFailure.class);
            assertThat(server.count("GET", "/manifests/")).isEqualTo(5);
        }
        assertThat(waits).hasSize(4).isSorted();
    }

    @Test
    void aBlobThatNeverGetsAnywhereIsGivenUp() throws IOException {
        fails(
                Quick.settings(),
                (request, reply) -> {
                    reply.head(200, Map.of(), 400_000);
                    reply.hangUp();
                },
                TransferFailure.class,
                "broke off");
    }

    @Test
    void aStallIsAnError() throws IOException {
        fails(
                Quick.impatient(SHORT),
                (request, reply) -> {
                    reply.head(200, Map.of(), 400_000);
                    reply.silence();
                },
                TransferFailure.class,
                "has sent nothing for 0.3 seconds");
    }

    @Test
    void silenceInsteadOfAHeadIsAnError() throws IOException {
        fails(
                Quick.impatient(SHORT),
                (request, reply) -> reply.silence(),
                TransferFailure.class,
                "has not answered for 0.3 seconds");
    }

    @Test
    void aTrickleIsAnError() throws IOException {
        fails(
                Quick.impatient(Duration.ofSeconds(1)),
                (request, reply) -> {
                    boolean rest = request.header("range").isPresent();
                    if (rest) {
                        reply.silence();
                    }
                    reply.head(200, Map.of(), 400_000);
                    while (true) {
                        reply.raw(new byte[1]);
                        reply.silence(50);
                    }
                },
                TransferFailure.class,
                "127.0.0.1");
    }

    // What is not what was asked for

    @Test
    void refusesAWrongLength() throws IOException {
        fails(
                Quick.settings(),
                (request, reply) -> reply.send(200, Map.of(), new byte[100]),
                ContentMismatch.class,
                "has 100 bytes, and 400000 are its size");
    }

    @Test
    void refusesMoreThanTheSize() throws IOException {
        fails(
                Quick.settings(),
                (request, reply) -> {
                    reply.head(200, Map.of("Connection", "close"), -1);
                    reply.raw(image.bytes(1));
                    reply.raw(new byte[10]);
                    reply.hangUp();
                },
                ContentMismatch.class,
                "more than the 400000 bytes");
    }

    @Test
    void takesABlobWhoseLengthNobodyHasSaid() throws IOException {
        succeeds(1, (request, reply) -> {
            reply.head(200, Map.of("Connection", "close"), -1);
            reply.raw(image.bytes(1));
            reply.hangUp();
        });
    }

    @Test
    void goesOnWhenAChunkedAnswerEndsTooEarly() throws IOException {
        succeeds(1, (request, reply) -> {
            reply.head(200, Map.of("Transfer-Encoding", "chunked"), -1);
            reply.raw("186a0\r\n".getBytes(StandardCharsets.US_ASCII));
            reply.raw(Arrays.copyOf(image.bytes(1), 100_000));
            reply.raw("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        });
    }

    @Test
    void aServerWithoutRangesIsReadFromItsBeginning() throws IOException {
        succeeds(2, (request, reply) -> {
            boolean again = request.header("range").isPresent();
            reply.head(200, Map.of(), 400_000);
            reply.raw(Arrays.copyOf(image.bytes(1), again ? 250_000 : 150_000));
            reply.hangUp();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes 0-399999/400000",
                "bytes 99999-399999/400000",
                "bytes 100001-399999/400000",
                "bytes 100000-399998/400000",
                "bytes 100000-399999/400001",
                "bytes 100000-/400000",
                "99999999999999999999999",
                ""
            })
    void refusesOtherBytesThanWereAskedFor(String range) throws IOException {
        try (TestRegistry server = TestRegistry.with(image)) {
            server.fault(1, "/blobs/", (request, reply) -> {
                reply.head(200, Map.of(), 400_000);
                reply.raw(Arrays.copyOf(image.bytes(1), 100_000));
                reply.hangUp();
            });
            server.fault(1, "/blobs/", (request, reply) -> {
                reply.send(206, range.isEmpty() ? Map.of() : Map.of("Content-Range", range), new byte[300_000]);
            });
            assertThatThrownBy(() -> pull(server, Quick.settings(), 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the registry has sent others");
        }
    }

    @Test
    void aPartThatWasNotAskedForIsRefused() throws IOException {
        fails(
                Quick.settings(),
                (request, reply) -> reply.send(206, Map.of("Content-Range", "bytes 0-399999/400000"), image.bytes(1)),
                Refusal.class,
                "206");
    }

    @Test
    void aRangeThatIsRefusedIsTold() throws IOException {
        try (TestRegistry server = TestRegistry.with(image)) {
            server.fault(1, "/blobs/", (request, reply) -> {
                reply.head(200, Map.of(), 400_000);
                reply.raw(new byte[10]);
                reply.hangUp();
            });
            server.fault(1, "/blobs/", (request, reply) -> reply.send(416));
            assertThatThrownBy(() -> pull(server, Quick.settings(), 1))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("416");
        }
    }

    // Manifests

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

    // Nobody there

    @Test
    void saysThatNobodyListens() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        try (Registry registry = Registry.open(Quick.settings());
                ImageSource source = registry.source(Reference.parse("127.0.0.1:" + port + "/a:b"))) {
            assertThatThrownBy(source::root)
                    .isInstanceOf(Unreachable.class)
                    .hasMessage("cannot reach http://127.0.0.1:" + port
                            + ": connection refused; does a registry listen there?");
        }
    }

    @Test
    void saysThatThereIsNoSuchHost() throws IOException {
        try (Registry registry = Registry.open(Quick.settings());
                ImageSource source = registry.source(Reference.parse("registry.invalid/a:b"))) {
            assertThatThrownBy(source::root)
                    .isInstanceOf(Unreachable.class)
                    .hasMessageContaining("cannot reach https://registry.invalid: no such host");
        }
    }

    @Test
    void closingTheSourceEndsWhatStillRuns() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (TestRegistry server = TestRegistry.with(image);
                Registry registry = Registry.open(RegistrySettings.USUAL)) {
            server.fault(1, "/blobs/", (request, reply) -> {
                reply.head(200, Map.of(), 400_000);
                reply.raw(new byte[1]);
                asked.countDown();
                reply.silence();
            });
            ImageSource source = registry.source(server.image());
            CompletableFuture<Throwable> outcome = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try (InputStream in = source.blob(image.layer(1), 0)) {
                    in.readAllBytes();
                    outcome.complete(new AssertionError("it has ended"));
                } catch (IOException | RuntimeException e) {
                    outcome.complete(e);
                }
            });
            assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
            source.close();
            assertThat(outcome.get(25, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
        }
    }
}

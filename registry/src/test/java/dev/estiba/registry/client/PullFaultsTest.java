package dev.estiba.registry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.auth.Refusal;
import dev.estiba.registry.http.ScriptedServer.Script;
import dev.estiba.registry.http.TransferFailure;
import dev.estiba.registry.http.Unreachable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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

    /** Of a server that never goes on: nothing honest is asked for in so short a time. */
    private void stalls(Duration stall, Script script, String pattern) throws IOException {
        try (TestRegistry server = TestRegistry.with(image);
                Registry registry = Registry.open(Quick.impatient(stall));
                ImageSource source = registry.source(server.image())) {
            server.fault(Integer.MAX_VALUE, "/blobs/", script);
            assertThatThrownBy(() -> {
                        try (InputStream in = source.blob(image.layer(1), 0)) {
                            in.readAllBytes();
                        }
                    })
                    .isInstanceOf(TransferFailure.class)
                    .hasMessageMatching(pattern);
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
        stalls(
                SHORT,
                (request, reply) -> {
                    reply.head(200, Map.of(), 400_000);
                    reply.silence();
                },
                "http://127.0.0.1:[0-9]+ has (sent nothing|not answered) for 0.3 seconds");
    }

    @Test
    void silenceInsteadOfAHeadIsAnError() throws IOException {
        stalls(SHORT, (request, reply) -> reply.silence(), "http://127.0.0.1:[0-9]+ has not answered for 0.3 seconds");
    }

    @Test
    void aTrickleIsAnError() throws IOException {
        stalls(
                Duration.ofSeconds(1),
                (request, reply) -> {
                    if (request.header("range").isPresent()) {
                        reply.silence();
                    }
                    reply.head(200, Map.of(), 400_000);
                    while (true) {
                        reply.raw(new byte[1]);
                        reply.silence(50);
                    }
                },
                "http://127.0.0.1:[0-9]+ has .*");
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

    // Nobody there

    @Test
    void saysThatNobodyListens() throws IOException {
        try (Socket bound = new Socket()) { // it has the port, and does not listen
            bound.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            String host = "127.0.0.1:" + bound.getLocalPort();
            try (Registry registry = Registry.open(Quick.settings());
                    ImageSource source = registry.source(Reference.parse(host + "/a:b"))) {
                assertThatThrownBy(source::root)
                        .isInstanceOf(Unreachable.class)
                        .hasMessage(
                                "cannot reach http://" + host + ": connection refused; does a registry listen there?");
            }
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

    /** What is closed while a layer is read. */
    private enum Closed {
        SOURCE,
        REGISTRY
    }

    @ParameterizedTest
    @EnumSource(Closed.class)
    void closingEndsWhatStillRuns(Closed closed) throws Exception {
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
            switch (closed) {
                case SOURCE -> source.close();
                case REGISTRY -> registry.close();
            }
            assertThat(outcome.get(25, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
        }
    }
}

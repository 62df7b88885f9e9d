package dev.estiba.doors.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ApiException;
import dev.estiba.api.LoginRequest;
import dev.estiba.api.LoginResult;
import dev.estiba.api.Progress;
import dev.estiba.api.ProgressSink;
import dev.estiba.api.PullOptions;
import dev.estiba.api.RegistryAccess;
import dev.estiba.api.RegistryCredential;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images on their way, and whose credentials go along. */
class TransfersTest {
    private static final long PATIENCE = 60;

    @TempDir
    private Path directory;

    private final FakeEngine engine = new FakeEngine();
    private Path socket;
    private DockerDoor door;

    @BeforeEach
    void open() throws Exception {
        socket = directory.resolve("docker.sock");
        door = DoorRoom.open(engine.api(), socket, DoorSettings.USUAL);
    }

    @AfterEach
    void close() {
        door.close();
    }

    private String pull(String target, String headers) throws Exception {
        return RawClient.ask(socket, RawClient.request("POST", target, headers, ""));
    }

    @Test
    void tellsHowFarAPullIs() throws Exception {
        engine.on("pullImage", arguments -> {
            ProgressSink to = (ProgressSink) arguments[2];
            to.tell(Progress.of("1", "Pulling from a"));
            to.tell(Progress.of("abc", "Downloading", 5, 10));
            to.tell(Progress.of("Status: Downloaded newer image for a:1"));
            return "a:1";
        });
        String answer = pull("/images/create?fromImage=a&tag=1", "");
        assertThat(RawClient.status(answer)).isEqualTo(200);
        assertThat(RawClient.body(answer))
                .isEqualTo("{\"status\":\"Pulling from a\",\"progressDetail\":{},\"id\":\"1\"}\r\n"
                        + "{\"status\":\"Downloading\",\"progressDetail\":{\"current\":5,\"total\":10},\"id\":\"abc\"}\r\n"
                        + "{\"status\":\"Status: Downloaded newer image for a:1\"}\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "fromImage=a, a, true",
        "fromImage=a&tag=1, a:1, false",
        "fromImage=localhost:5000/a:, localhost:5000/a, true",
        "fromImage=localhost:5000/a&tag=sha256:00, localhost:5000/a@sha256:00, false",
        "fromImage=a:1, a:1, false"
    })
    void putsTheNameTogether(String query, String reference, boolean allTags) throws Exception {
        engine.on("pullImage", arguments -> {
            assertThat(((PullOptions) arguments[1]).allTags()).isEqualTo(allTags);
            return "";
        });
        assertThat(RawClient.status(pull("/images/create?" + query, ""))).isEqualTo(200);
        assertThat(engine.calls).singleElement().asString().startsWith("pullImage " + reference + " ");
    }

    /** What fails before anything is known of the image has a status; later it is the last line. */
    @Test
    void saysWhyAPullFailed() throws Exception {
        engine.on("pullImage", arguments -> {
            ((ProgressSink) arguments[2]).tell(Progress.of("1", "Pulling from a"));
            throw ApiException.notFound("manifest unknown");
        });
        String early = pull("/images/create?fromImage=a&tag=1", "");
        assertThat(RawClient.status(early)).isEqualTo(404);
        assertThat(RawClient.body(early)).isEqualTo("{\"message\":\"manifest unknown\"}\n");
        engine.on("pullImage", arguments -> {
            ((ProgressSink) arguments[2]).tell(Progress.of("1", "Pulling from a"));
            ((ProgressSink) arguments[2]).tell(Progress.of("abc", "Pulling fs layer"));
            throw ApiException.serverError("the disk is \"full\"");
        });
        String late = pull("/images/create?fromImage=a&tag=1", "");
        assertThat(RawClient.status(late)).isEqualTo(200);
        assertThat(RawClient.body(late))
                .endsWith(
                        "{\"errorDetail\":{\"message\":\"the disk is \\\"full\\\"\"},\"error\":\"the disk is \\\"full\\\"\"}\r\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void handsOnWhoTheCallerIs(boolean isUrl) throws Exception {
        AtomicReference<RegistryAccess> access = new AtomicReference<>();
        engine.on("pullImage", arguments -> {
            access.set(((PullOptions) arguments[1]).access());
            return "";
        });
        byte[] json = "{\"username\":\"mé??>\",\"password\":\"secret\",\"serveraddress\":\"https://example.org\"}"
                .getBytes(StandardCharsets.UTF_8);
        Base64.Encoder encoder = isUrl ? Base64.getUrlEncoder().withoutPadding() : Base64.getEncoder();
        pull("/images/create?fromImage=a&tag=1", "X-Registry-Auth: " + encoder.encodeToString(json) + "\r\n");
        assertThat(access.get().credential())
                .contains(new RegistryCredential("https://example.org", "mé??>", "secret", "", ""));
        assertThat(access.get().dockerConfig()).as("the daemon's own logins").isEmpty();
    }

    /** CVE-2019-13509 and CVE-2023-26054 are of their kind: what is wrong with a secret is told without it. */
    @ParameterizedTest
    @ValueSource(strings = {"c2VjcmV0", "!secret!", "eyJwYXNzd29yZCI6NX0=", "eyJwYXNzd29yZCI6InNlY3JldCI="})
    void keepsWrongCredentialsToItself(String header) throws Exception {
        String answer = pull("/images/create?fromImage=a&tag=1", "X-Registry-Auth: " + header + "\r\n");
        assertThat(RawClient.status(answer)).isEqualTo(400);
        assertThat(answer).contains("invalid X-Registry-Auth header").doesNotContain("secret", header);
        assertThat(engine.calls).isEmpty();
    }

    @Test
    void triesALoginAndKeepsNothing() throws Exception {
        engine.on("login", arguments -> {
            assertThat(((RegistryAccess) arguments[1]).dockerConfig()).isEmpty();
            LoginRequest request = (LoginRequest) arguments[0];
            assertThat(request).isEqualTo(new LoginRequest("a.org", "me", "secret"));
            return new LoginResult("Login Succeeded", Optional.empty(), "token");
        });
        String answer = RawClient.post(
                socket, "/auth", "{\"username\":\"me\",\"password\":\"secret\",\"serveraddress\":\"a.org\"}");
        assertThat(RawClient.body(answer)).isEqualTo("{\"IdentityToken\":\"token\",\"Status\":\"Login Succeeded\"}\n");
    }

    @Test
    void loadsWhatIsSent() throws Exception {
        engine.on("loadImages", arguments -> {
            long count = ((InputStream) arguments[0]).transferTo(OutputStream.nullOutputStream());
            ((ProgressSink) arguments[2]).tell(Progress.of("Loaded image: a:1 of " + count));
            return null;
        });
        String chunk = "10000\r\n" + "x".repeat(1 << 16) + "\r\n";
        String answer = RawClient.ask(
                socket,
                "POST /images/load HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + chunk.repeat(80) + "0\r\n\r\n");
        assertThat(RawClient.body(answer)).isEqualTo("{\"stream\":\"Loaded image: a:1 of 5242880\\n\"}\r\n");
    }

    /** An archive that is refused is refused, however much of it comes. */
    @Test
    void refusesAnArchiveBeforeItsEnd() throws Exception {
        engine.on("loadImages", arguments -> {
            assertThat(((InputStream) arguments[0]).read()).isEqualTo('x');
            throw ApiException.badRequest("no archive");
        });
        String answer = RawClient.ask(
                socket,
                "POST /images/load HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n" + "x".repeat(2_000_000));
        assertThat(RawClient.status(answer)).isEqualTo(400);
    }

    @Test
    void endsALoadWhoseClientHasGone() throws Exception {
        CompletableFuture<IOException> failure = new CompletableFuture<>();
        engine.on("loadImages", arguments -> {
            try {
                ((InputStream) arguments[0]).transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                failure.complete(e);
                throw e;
            }
            return null;
        });
        try (RawClient client = RawClient.connect(socket)) {
            client.send(
                    "POST /images/load HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n" + "x".repeat(100_000));
        }
        assertThat(failure).succeedsWithin(java.time.Duration.ofSeconds(PATIENCE));
    }

    @Test
    void savesOrRefuses() throws Exception {
        engine.on("saveImages", arguments -> {
            ((OutputStream) arguments[2]).write("archive".getBytes(StandardCharsets.UTF_8));
            return null;
        });
        String answer = RawClient.get(
                socket,
                "/images/get?names=a:1&names=b/c:2&platform=%7B%22os%22:%22linux%22,%22architecture%22:%22arm64%22%7D");
        assertThat(answer).containsIgnoringCase("content-type: application/x-tar");
        assertThat(RawClient.body(answer)).isEqualTo("archive");
        RawClient.get(socket, "/images/b/c:2/get");
        engine.on("saveImages", _ -> {
            throw ApiException.notFound("No such image: a:1");
        });
        assertThat(RawClient.status(RawClient.get(socket, "/images/get?names=a:1")))
                .isEqualTo(404);
        assertThat(RawClient.status(RawClient.get(socket, "/images/get"))).isEqualTo(400);
        assertThat(engine.calls.getFirst()).startsWith("saveImages [a:1, b/c:2] [linux/arm64]");
        assertThat(engine.calls.get(1)).startsWith("saveImages [b/c:2] []");
    }

    @Test
    void interruptsAPullWhoseClientHasGone() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        engine.on("pullImage", _ -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await(PATIENCE, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw ApiException.serverError("interrupted");
            }
            return "";
        });
        try (RawClient client = RawClient.connect(socket)) {
            client.send(RawClient.request("POST", "/images/create?fromImage=a&tag=1", "", ""));
            assertThat(begun.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(interrupted.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
        // The thread that was interrupted answers others.
        engine.on(
                "pullImage",
                _ -> List.of(Thread.currentThread().isInterrupted()).toString());
        assertThat(RawClient.status(pull("/images/create?fromImage=a&tag=1", "")))
                .isEqualTo(200);
    }

    /** Who does not read how far it is does not hold it up. */
    @Test
    void doesNotWaitForWhoDoesNotRead() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        engine.on("pullImage", arguments -> {
            ProgressSink to = (ProgressSink) arguments[2];
            for (int i = 1; i < 200_000; i++) {
                to.tell(Progress.of("abc", "Downloading", i, 200_000));
            }
            done.countDown();
            return "";
        });
        try (RawClient client = RawClient.connect(socket)) {
            client.send(RawClient.request("POST", "/images/create?fromImage=a&tag=1", "", ""));
            assertThat(done.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
            assertThat(RawClient.body(client.rest())).startsWith("{\"status\":\"Downloading\"");
        }
    }
}

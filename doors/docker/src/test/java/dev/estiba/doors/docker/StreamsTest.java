package dev.estiba.doors.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.ExecInspect;
import dev.estiba.api.ExecProcess;
import dev.estiba.api.LogSink;
import dev.estiba.api.OutputStreamName;
import dev.estiba.api.WaitResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections that are a container's: their beginnings, their two directions, and their ends. */
class StreamsTest {
    private static final long PATIENCE = 60;
    private static final String UPGRADE = "Connection: Upgrade\r\nUpgrade: tcp\r\n";

    @TempDir
    private Path directory;

    private final FakeAttachment attachment = new FakeAttachment();
    private final FakeEngine engine = new FakeEngine();
    private Path socket;
    private DockerDoor door;

    @BeforeEach
    void open() throws Exception {
        socket = directory.resolve("docker.sock");
        engine.on("inspectContainer", _ -> container(false, true)).on("attachContainer", _ -> attachment);
        engine.on("inspectExec", _ -> exec(false)).on("startExec", _ -> attachment);
        door = DoorRoom.open(engine.api(), socket, DoorSettings.USUAL);
    }

    @AfterEach
    void close() {
        door.close();
    }

    private static ContainerInspect container(boolean tty, boolean stdinOnce) {
        ContainerConfig config = ContainerConfig.builder()
                .tty(tty)
                .openStdin(true)
                .stdinOnce(stdinOnce)
                .build();
        return ContainerInspect.builder().id("abc").config(config).build();
    }

    private static ExecInspect exec(boolean tty) {
        return new ExecInspect(
                "e",
                false,
                OptionalInt.empty(),
                new ExecProcess(tty, "sh", List.of(), Optional.empty(), ""),
                true,
                true,
                true,
                false,
                "abc",
                "",
                0);
    }

    private static String post(String target, String headers) {
        return "POST " + target + " HTTP/1.1\r\nHost: docker\r\n" + headers + "Content-Length: 0\r\n\r\n";
    }

    @ParameterizedTest
    @CsvSource({
        "/containers/x/attach?stream=1&stdout=1, false, multiplexed",
        "/v1.41/containers/x/attach?stream=1&stdout=1, false, raw",
        "/containers/x/attach?stream=1&stdout=1, true, raw",
        "/exec/e/start, false, multiplexed",
        "/v1.41/exec/e/start, false, raw"
    })
    void upgrades(String target, boolean tty, String type) throws Exception {
        engine.on("inspectContainer", _ -> container(tty, true));
        attachment.print(OutputStreamName.STDOUT, "out");
        attachment.print(OutputStreamName.STDERR, "error");
        attachment.end();
        String answer = RawClient.ask(socket, post(target, UPGRADE));
        assertThat(answer)
                .isEqualTo("HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker." + type
                        + "-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
                        + (tty ? "outerror" : "\1\0\0\0\0\0\0\3out\2\0\0\0\0\0\0\5error"));
    }

    @Test
    void hijacksWithoutAnUpgrade() throws Exception {
        attachment.print(OutputStreamName.STDOUT, "out");
        attachment.end();
        assertThat(RawClient.ask(socket, post("/containers/x/attach?stream=1&stdout=1", "")))
                .isEqualTo("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n"
                        + "\1\0\0\0\0\0\0\3out");
    }

    @Test
    void bringsInputAndItsEnd() throws Exception {
        try (RawClient client = RawClient.connect(socket)) {
            // The first bytes with the request: no part of it.
            client.send(
                    post("/containers/x/attach?stream=1&stdin=1&stdout=1", UPGRADE) + "GET / HTTP/1.1\r\n\r\nfirst ");
            client.until("\r\n\r\n");
            client.send("second");
            client.endOutput();
            assertThat(attachment.inputEnded.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
            assertThat(attachment.input()).isEqualTo("GET / HTTP/1.1\r\n\r\nfirst second");
            attachment.print(OutputStreamName.STDOUT, "goes on");
            attachment.end();
            assertThat(client.rest()).endsWith("goes on");
        }
    }

    /** The end of a client is the container's end of input when it says so (StdinOnce), and else only that client's. */
    @Test
    void leavesTheInputOpenForOthers() throws Exception {
        engine.on("inspectContainer", _ -> container(false, false));
        try (RawClient client = RawClient.connect(socket)) {
            client.send(post("/containers/x/attach?stream=1&stdin=1&stdout=1", UPGRADE) + "text");
            client.endOutput();
            client.until("\r\n\r\n");
            while (!attachment.input().equals("text")) {
                Thread.sleep(10);
            }
            attachment.print(OutputStreamName.STDOUT, "goes on");
            attachment.end();
            assertThat(client.rest()).endsWith("goes on");
            assertThat(attachment.inputEnded.getCount()).isEqualTo(1);
        }
    }

    @Test
    void leavesWhenTheKeysAreTyped() throws Exception {
        engine.on("inspectContainer", _ -> container(true, true));
        try (RawClient client = RawClient.connect(socket)) {
            client.send(post("/containers/x/attach?stream=1&stdin=1&stdout=1&detachKeys=ctrl-x,y", UPGRADE));
            client.until("\r\n\r\n");
            client.send("ab\u0018z\u0018");
            client.send("yrest");
            client.rest();
            assertThat(attachment.closed.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
            assertThat(attachment.input()).isEqualTo("ab\u0018z");
        }
    }

    @Test
    void refusesKeysThatAreNone() throws Exception {
        String answer = RawClient.post(socket, "/containers/x/attach?stream=1&detachKeys=foo", "");
        assertThat(RawClient.status(answer)).isEqualTo(400);
        assertThat(RawClient.body(answer)).isEqualTo("{\"message\":\"Invalid detach keys (foo) provided\"}\n");
        assertThat(engine.calls).noneMatch(call -> call.startsWith("attach"));
    }

    /** A client that does not read makes the container wait: what has been taken from it is bounded. */
    @Test
    void waitsForAClientThatDoesNotRead() throws Exception {
        String text = "x".repeat(64 << 10);
        int pieces = 400;
        for (int i = 0; i < pieces; i++) {
            attachment.print(OutputStreamName.STDOUT, text);
        }
        attachment.end();
        try (RawClient client = RawClient.connect(socket)) {
            client.send(post("/containers/x/attach?stream=1&stdout=1", UPGRADE));
            long before = -1;
            while (attachment.taken.get() != before || before < (64 << 10)) {
                before = attachment.taken.get();
                Thread.sleep(300);
            }
            assertThat(before).as("bytes taken of the container").isLessThan(4 << 20);
            String all = client.rest();
            assertThat(all.length()).isGreaterThan(pieces * (text.length() + 8));
        }
    }

    /** A container that does not read makes the client wait. */
    @Test
    void waitsForAContainerThatDoesNotRead() throws Exception {
        attachment.reads = new CountDownLatch(1);
        byte[] much = "y".repeat(16 << 20).getBytes(StandardCharsets.US_ASCII);
        try (RawClient client = RawClient.connect(socket)) {
            client.send(post("/containers/x/attach?stream=1&stdin=1&stdout=1", UPGRADE));
            client.until("\r\n\r\n");
            long taken = client.sendWhile(much, Duration.ofSeconds(1));
            assertThat(taken).as("bytes taken of the client").isLessThan(4 << 20);
            attachment.reads.countDown();
            client.send(java.util.Arrays.copyOfRange(much, (int) taken, much.length));
            client.endOutput();
            assertThat(attachment.inputEnded.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
            assertThat(attachment.input()).hasSize(much.length);
            attachment.end();
            client.rest();
        }
    }

    /** Of a silent container nothing is ever written to tell that the client has gone. */
    @Test
    void hearsThatAClientHasGone() throws Exception {
        try (RawClient client = RawClient.connect(socket)) {
            client.send(post("/containers/x/attach?stream=1&stdout=1", UPGRADE));
            client.until("\r\n\r\n");
        }
        assertThat(attachment.closed.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void hearsThatAClientHasGoneThatHadEndedItsInput() throws Exception {
        try (RawClient client = RawClient.connect(socket)) {
            client.send(post("/containers/x/attach?stream=1&stdout=1", UPGRADE));
            client.endOutput();
            client.until("\r\n\r\n");
            assertThat(attachment.closed.await(3, TimeUnit.SECONDS))
                    .as("given up")
                    .isFalse();
        }
        assertThat(attachment.closed.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void saysByOutputWhyAnExecDidNotStart() throws Exception {
        engine.on("startExec", _ -> {
            throw ApiException.badRequest("no such program");
        });
        assertThat(RawClient.ask(socket, post("/exec/e/start", UPGRADE)))
                .startsWith("HTTP/1.1 101 UPGRADED\r\n")
                .endsWith("\1\0\0\0\0\0\0\u0011no such program\r\n");
        String detached = RawClient.post(socket, "/exec/e/start", "{\"Detach\":true}");
        assertThat(RawClient.status(detached)).isEqualTo(400);
        assertThat(RawClient.body(detached)).isEqualTo("{\"message\":\"no such program\"}\n");
    }

    @Test
    void startsAnExecInTheBackground() throws Exception {
        attachment.end();
        try (RawClient client = RawClient.connect(socket)) {
            client.send(
                    "POST /exec/e/start HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n"
                            + "{\"Detach\":true}");
            client.until("\r\n\r\n");
            // The connection goes on.
            client.send("GET /nosuch HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(client.rest()).startsWith("HTTP/1.1 200 OK").contains("HTTP/1.1 404");
        }
    }

    @Test
    void attachesByWebSocket() throws Exception {
        try (RawClient client = RawClient.connect(socket)) {
            client.send(
                    "GET /containers/x/attach/ws?stream=1&stdout=1&stdin=1 HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
                            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            client.until("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
            attachment.print(OutputStreamName.STDOUT, "hello");
            client.until("\u0082\5hello");
            client.send(new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, 'i', 'n'});
            while (!attachment.input().equals("in")) {
                Thread.sleep(10);
            }
            attachment.end();
            assertThat(client.rest()).endsWith("\u0082\5hello\u0088\2\3\u00e8");
        }
        assertThat(RawClient.status(RawClient.get(socket, "/containers/x/attach/ws?stream=1")))
                .isEqualTo(400);
    }

    /** docker run starts the container when it has the head. */
    @Test
    void answersAWaitAtOnce() throws Exception {
        CompletableFuture<WaitResponse> end = new CompletableFuture<>();
        engine.on("waitContainer", _ -> end);
        try (RawClient client = RawClient.connect(socket)) {
            client.send(RawClient.request("POST", "/containers/x/wait?condition=next-exit", "", ""));
            client.until("\r\n\r\n");
            end.complete(new WaitResponse(3, Optional.empty()));
            assertThat(RawClient.body(client.rest())).isEqualTo("{\"StatusCode\":3}\n");
        }
    }

    @Test
    void cancelsTheWaitOfAClientThatHasGone() throws Exception {
        CompletableFuture<WaitResponse> end = new CompletableFuture<>();
        engine.on("waitContainer", _ -> end);
        try (RawClient client = RawClient.connect(socket)) {
            client.send(RawClient.request("POST", "/containers/x/wait", "", ""));
            client.until("\r\n\r\n");
        }
        assertThat(end).failsWithin(PATIENCE, TimeUnit.SECONDS);
    }

    @Test
    void followsALogUntilTheClientGoes() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        engine.on("containerLogs", arguments -> {
            LogSink to = (LogSink) arguments[2];
            to.write(OutputStreamName.STDOUT, "line\n".getBytes(StandardCharsets.UTF_8));
            try {
                new CountDownLatch(1).await(PATIENCE, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw ApiException.serverError("interrupted");
            }
            return null;
        });
        try (RawClient client = RawClient.connect(socket)) {
            client.send(RawClient.request("GET", "/containers/x/logs?stdout=1&follow=1", "", ""));
            client.until("line\n");
        }
        assertThat(interrupted.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
    }

    /** Of a log that has nothing yet the client sees that it is there; one that cannot be read is refused. */
    @Test
    void beginsASilentLog() throws Exception {
        CountDownLatch goesOn = new CountDownLatch(1);
        engine.on("containerLogs", _ -> goesOn.await(PATIENCE, TimeUnit.SECONDS));
        try (RawClient client = RawClient.connect(socket)) {
            client.send(RawClient.request("GET", "/containers/x/logs?stdout=1&follow=1", "", ""));
            client.until("application/vnd.docker.multiplexed-stream");
            goesOn.countDown();
            assertThat(RawClient.body(client.rest())).isEmpty();
        }
        engine.on("containerLogs", _ -> {
            throw ApiException.notImplemented("configured logging driver does not support reading");
        });
        assertThat(RawClient.status(RawClient.get(socket, "/containers/x/logs?stdout=1")))
                .isEqualTo(501);
    }

    /** Those that take as long as they like leave the others their threads. */
    @Test
    void answersBesideManyThatWait() throws Exception {
        int many = 300;
        AtomicLong waiting = new AtomicLong();
        CountDownLatch end = new CountDownLatch(1);
        engine.on("containerLogs", _ -> {
            waiting.incrementAndGet();
            end.await(PATIENCE, TimeUnit.SECONDS);
            return null;
        });
        engine.on("waitContainer", _ -> new CompletableFuture<WaitResponse>());
        RawClient[] clients = new RawClient[many];
        try {
            for (int i = 0; i < many; i++) {
                clients[i] = RawClient.connect(socket);
                clients[i].send(
                        i % 3 == 0
                                ? RawClient.request("POST", "/containers/x/wait", "", "")
                                : RawClient.request("GET", "/containers/x/logs?stdout=1&follow=1", "", ""));
            }
            while (waiting.get() < many / 3 * 2) {
                Thread.sleep(10);
            }
            assertThat(RawClient.status(RawClient.get(socket, "/containers/x/json")))
                    .isEqualTo(200);
        } finally {
            end.countDown();
            for (RawClient client : clients) {
                if (client != null) {
                    client.close();
                }
            }
        }
    }
}

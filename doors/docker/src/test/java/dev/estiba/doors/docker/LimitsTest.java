package dev.estiba.doors.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.CreateResponse;
import dev.estiba.api.EngineApi;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that send too much, too slowly, or nonsense. */
class LimitsTest {
    @TempDir
    private Path directory;

    private final FakeEngine engine = new FakeEngine()
            .on("listContainers", _ -> List.of())
            .on("createContainer", _ -> new CreateResponse("abc", List.of()));
    private final List<DockerDoor> doors = new ArrayList<>();

    private Path open(DoorSettings settings) throws Exception {
        Path socket = directory.resolve("docker.sock");
        doors.add(DoorRoom.open(engine.api(), socket, settings));
        return socket;
    }

    @AfterEach
    void close() {
        doors.forEach(DockerDoor::close);
    }

    @Test
    void boundsTheLineAndTheHeaders() throws Exception {
        Path socket = open(DoorSettings.USUAL);
        String much = "a".repeat(40 << 10);
        assertThat(RawClient.status(RawClient.get(socket, "/containers/json?x=" + much)))
                .isEqualTo(200);
        assertThat(RawClient.status(RawClient.get(socket, "/containers/json?x=" + much + much)))
                .isEqualTo(414);
        String headers = RawClient.request("GET", "/containers/json", "X: " + much + "\r\n", "");
        assertThat(RawClient.status(RawClient.ask(socket, headers))).isEqualTo(431);
        String many = RawClient.request("GET", "/containers/json", "X: y\r\n".repeat(100_000), "");
        assertThat(RawClient.status(RawClient.ask(socket, many))).isEqualTo(431);
        assertThat(RawClient.status(RawClient.get(socket, "/containers/json?" + "a=b&".repeat(10_001))))
                .isEqualTo(400);
    }

    /** CVE-2023-25153 and CVE-2024-24557 are of their kind: what is read whole has an end. */
    @Test
    void boundsDocuments() throws Exception {
        Path socket = open(DoorSettings.USUAL);
        String head = "POST /containers/create HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
        assertThat(RawClient.status(RawClient.ask(socket, head + "Content-Length: 10485761\r\n\r\n")))
                .isEqualTo(413);
        String chunk = "100000\r\n" + " ".repeat(1 << 20) + "\r\n";
        String answer = RawClient.ask(socket, head + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(11));
        assertThat(RawClient.status(answer)).isEqualTo(413);
        String deep = RawClient.post(socket, "/containers/create", "[".repeat(100_000));
        assertThat(RawClient.status(deep)).isEqualTo(400);
        assertThat(engine.calls).isEmpty();
    }

    /** Of all that come at the same time too. */
    @Test
    void boundsDocumentsTogether() throws Exception {
        Documents all = new Documents();
        byte[] piece = new byte[4 << 20];
        List<ArrivingDocument> documents = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ArrivingDocument document = new ArrivingDocument(all);
            document.add(piece);
            document.add(piece);
            documents.add(document);
        }
        ArrivingDocument last = new ArrivingDocument(all);
        assertThatThrownBy(() -> last.add(piece))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(503));
        assertThatThrownBy(() -> documents.getFirst().add(piece))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(413));
        documents.getFirst().release();
        last.add(piece);
        last.add(piece);
    }

    /** Slow loris: a head, or a document, that never ends. Who is only idle may stay. */
    @Test
    void waitsForAHeadOnlySoLong() throws Exception {
        Path socket = open(DoorSettings.USUAL.withHead(Duration.ofSeconds(1)).withStall(Duration.ofSeconds(1)));
        try (RawClient idle = RawClient.connect(socket);
                RawClient slowHead = RawClient.connect(socket);
                RawClient slowBody = RawClient.connect(socket);
                RawClient kept = RawClient.connect(socket)) {
            kept.send("GET /_ping HTTP/1.1\r\nHost: a\r\n\r\n");
            slowHead.send("GET /_ping HTTP/1.1\r\nHost: a\r\nX");
            slowBody.send("POST /containers/create HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 1000\r\n\r\n{");
            assertThat(slowHead.rest()).isEmpty();
            assertThat(slowBody.rest()).isEmpty();
            assertThat(idle.isOver()).isFalse();
            idle.send(RawClient.request("GET", "/_ping", "", ""));
            assertThat(idle.rest()).endsWith("OK");
            kept.send(RawClient.request("GET", "/_ping", "", ""));
            assertThat(kept.rest()).endsWith("OK");
        }
    }

    /** Who does nothing, and who does everything slowly, is in nobody's way: more of them than there are threads. */
    @Test
    void answersBesideCrowdsOfIdleAndSlowClients() throws Exception {
        Path socket = open(DoorSettings.USUAL);
        int idle = Boolean.getBoolean("estiba.long") ? 2000 : 300;
        int slow = Boolean.getBoolean("estiba.long") ? 500 : 100;
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < idle; i++) {
                clients.add(RawClient.connect(socket));
            }
            for (int i = 0; i < slow; i++) {
                RawClient client = RawClient.connect(socket);
                clients.add(client);
                client.send("GET /containers/json HTTP/1.1\r\nHost: a\r\nX-Slow");
            }
            for (int i = 0; i < 50; i++) {
                assertThat(RawClient.status(RawClient.get(socket, "/containers/json")))
                        .isEqualTo(200);
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void boundsConnections() throws Exception {
        Path socket = open(DoorSettings.USUAL.withConnections(2));
        try (RawClient one = RawClient.connect(socket);
                RawClient two = RawClient.connect(socket)) {
            one.send("GET /_ping HTTP/1.1\r\nHost: a\r\n\r\n");
            two.send("GET /_ping HTTP/1.1\r\nHost: a\r\n\r\n");
            one.until("OK");
            two.until("OK");
            try (RawClient three = RawClient.connect(socket)) {
                assertThat(three.rest()).isEmpty();
            }
        }
    }

    @Test
    void boundsStreams() throws Exception {
        FakeAttachment attachment = new FakeAttachment();
        engine.on(
                "inspectContainer",
                _ -> dev.estiba.api.ContainerInspect.builder().build());
        engine.on("attachContainer", _ -> attachment);
        Path socket = open(DoorSettings.USUAL.withStreams(1));
        try (RawClient one = RawClient.connect(socket)) {
            one.send("POST /containers/x/attach?stream=1 HTTP/1.1\r\nHost: a\r\nUpgrade: tcp\r\n\r\n");
            one.until("UPGRADED");
            String refused = RawClient.get(socket, "/containers/x/logs?stdout=1");
            assertThat(RawClient.status(refused)).isEqualTo(503);
            assertThat(RawClient.status(RawClient.get(socket, "/_ping"))).isEqualTo(200);
            attachment.end();
            one.rest();
        }
    }

    /** No request, however it is made, gets another answer than one of the API's, or calls what it may not. */
    @Test
    void answersWhateverItIsAsked() throws Exception {
        Path socket = open(DoorSettings.USUAL);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int rounds = Boolean.getBoolean("estiba.long") ? 50_000 : 1500;
        for (int i = 0; i < rounds; i++) {
            String request = Nonsense.request(random);
            String answer = askAndEnd(socket, request);
            assertThat(answer).as("seed %d, round %d: %s", seed, i, request).matches(whole -> isAnswer(whole));
        }
        List<String> methods = new ArrayList<>();
        for (Method each : EngineApi.class.getMethods()) {
            methods.add(each.getName());
        }
        assertThat(engine.calls)
                .allSatisfy(call -> assertThat(methods).contains(call.split(" ")[0]))
                .noneMatch(call -> call.indexOf('\0') >= 0);
    }

    private static String askAndEnd(Path socket, String request) throws Exception {
        try (RawClient client = RawClient.connect(socket)) {
            client.send(request);
            client.endOutput(); // a body that is shorter than told has an end as well
            return client.rest();
        }
    }

    private static boolean isAnswer(String whole) {
        if (whole.isEmpty()) {
            return true; // it was no whole request
        }
        if (!whole.matches("(?s)HTTP/1\\.1 [1-5][0-9][0-9] .*")) {
            return false;
        }
        int status = RawClient.status(whole);
        return status < 400
                || RawClient.body(whole).matches("(?s)\\{\"message\":\".*\"}\n.*")
                || whole.contains("HEAD");
    }
}

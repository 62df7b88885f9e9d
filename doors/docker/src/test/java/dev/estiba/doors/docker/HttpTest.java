package dev.estiba.doors.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.CreateResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes of HTTP, and what comes of them. */
class HttpTest {
    @TempDir
    private Path directory;

    private final FakeEngine engine = new FakeEngine()
            .on("listContainers", _ -> List.of())
            .on("createContainer", _ -> new CreateResponse("abc", List.of()));
    private Path socket;
    private DockerDoor door;

    @BeforeEach
    void open() throws Exception {
        socket = directory.resolve("docker.sock");
        door = DoorRoom.open(engine.api(), socket, DoorSettings.USUAL.withGrace(java.time.Duration.ofSeconds(60)));
    }

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void answersAPing() throws Exception {
        String answer = RawClient.get(socket, "/_ping");
        assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nOK");
        assertThat(answer.toLowerCase(java.util.Locale.ROOT))
                .contains(
                        "\r\napi-version: 1.55\r\n",
                        "\r\ndocker-experimental: false\r\n",
                        "\r\nostype: linux\r\n",
                        "\r\nserver: estiba/1.0 (linux)\r\n",
                        "\r\ndate: ",
                        "\r\ncache-control: no-cache, no-store, must-revalidate\r\n",
                        "\r\ncontent-type: text/plain; charset=utf-8\r\n");
        assertThat(RawClient.ask(socket, RawClient.request("HEAD", "/_ping", "", "")))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .endsWith("\r\n\r\n");
    }

    /** What dockerd 28.5.2 answered to the same; its body without the newline. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    GET    | /nosuch                  | 404 | page not found
                    GET    | /v1.51/nosuch            | 404 | page not found
                    POST   | /v1.51/version           | 404 | page not found
                    GET    | /version/                | 404 | page not found
                    GET    | /vx/version              | 404 | page not found
                    GET    | /v1.99/version           | 400 | client version 1.99 is too new. Maximum supported API version is 1.55
                    GET    | /v1.99/_ping             | 400 | client version 1.99 is too new. Maximum supported API version is 1.55
                    GET    | /v1.23/version           | 400 | client version 1.23 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version
                    GET    | /v1.2.3/version          | 400 | client version 1.2.3 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version
                    GET    | /containers/json?filters=x | 400 | invalid filter
                    GET    | /containers/json?filters=%7B%22status%22%3A5%7D | 400 | invalid filter
                    GET    | /containers/x/logs       | 400 | Bad parameters: you must choose at least one stream
                    POST   | /containers/x/wait?condition=foo | 400 | invalid condition: "foo"
                    POST   | /containers/x/resize     | 400 | invalid resize height "": invalid syntax
                    POST   | /containers/x/resize?h=1&w=x | 400 | invalid resize width "x": invalid syntax
                    POST   | /containers/x/rename     | 400 | Neither old nor new names may be empty
                    POST   | /containers/create       | 400 | invalid JSON: got EOF while reading request body
                    GET    | /system/df?type=foo      | 400 | unknown object type: foo
                    GET    | /swarm                   | 503 | This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.
                    GET    | /services                | 503 | This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.
                    POST   | /secrets/create          | 503 | This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.
                    """)
    void refusesAsDockerd(String method, String target, int status, String message) throws Exception {
        String answer = RawClient.ask(socket, RawClient.request(method, target, "", ""));
        assertThat(RawClient.status(answer)).isEqualTo(status);
        assertThat(RawClient.body(answer)).isEqualTo("{\"message\":\"" + message.replace("\"", "\\\"") + "\"}\n");
        assertThat(answer.toLowerCase(java.util.Locale.ROOT)).contains("\r\ncontent-type: application/json\r\n");
        assertThat(engine.calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/build, POST",
        "/session, POST",
        "/plugins/pull, POST",
        "/swarm/init, POST",
        "/images/busybox/attestations, GET",
        "/images/search?term=x, GET",
        "/plugins/a/b/enable, POST"
    })
    void saysWhatIsNotBuilt(String target, String method) throws Exception {
        String answer = RawClient.ask(socket, RawClient.request(method, target, "", ""));
        assertThat(RawClient.status(answer)).isEqualTo(501);
        assertThat(RawClient.body(answer)).matches("\\{\"message\":\".* not built yet.*\"}\n");
    }

    /** Go's router, in the same words. */
    @ParameterizedTest
    @CsvSource({
        "//version, /version",
        "/a/../version, /version",
        "/%2e%2e/version, /version",
        "/containers/%2e%2e/json, /json",
        "/containers/./json?all=1, /containers/json?all=1",
        "//evil.example/version, /evil.example/version"
    })
    void sendsToTheCleanPath(String target, String clean) throws Exception {
        String answer = RawClient.get(socket, target);
        assertThat(answer).startsWith("HTTP/1.1 301 ").containsIgnoringCase("\r\nlocation: " + clean + "\r\n");
        assertThat(engine.calls).isEmpty();
    }

    /** Names are names, whatever they look like (CVE-2014-9356, CVE-2018-15664 and their like begin with one that is a path). */
    @ParameterizedTest
    @CsvSource({
        "/containers/a%2fb/json, a/b",
        "/containers/..%2f..%2fetc/json, ''",
        "/containers/%2e%2e%2fx/json, ''",
        "/containers/a%00b/json, ''",
        "/containers/%C3%A9/json, é"
    })
    void handsNamesOnAsTheyAre(String target, String name) throws Exception {
        String answer = RawClient.get(socket, target);
        assertThat(RawClient.status(answer)).isIn(name.isEmpty() ? List.of(301, 400) : List.of(404));
        assertThat(engine.calls).isEqualTo(name.isEmpty() ? List.of() : List.of("inspectContainer " + name + " false"));
    }

    @Test
    void readsWhatGoCallsTrue() throws Exception {
        for (String text : List.of("1", "true", "t", "T", "yes", "maybe")) {
            assertThat(RawClient.status(RawClient.get(socket, "/containers/json?all=" + text)))
                    .isEqualTo(200);
        }
        assertThat(engine.calls).hasSize(6).allMatch(call -> call.contains("all=true"));
        engine.calls.clear();
        for (String text : List.of("", "0", "no", "false", "none", "FALSE")) {
            assertThat(RawClient.status(RawClient.get(socket, "/containers/json?all=" + text)))
                    .isEqualTo(200);
        }
        assertThat(engine.calls).hasSize(6).allMatch(call -> call.contains("all=false"));
    }

    @Test
    void readsFiltersInBothForms() throws Exception {
        RawClient.get(socket, "/containers/json?filters=%7B%22label%22%3A%5B%22a%22,%22b%22%5D%7D");
        RawClient.get(
                socket, "/containers/json?filters=%7B%22label%22%3A%7B%22a%22:true,%22c%22:false,%22b%22:true%7D%7D");
        assertThat(engine.calls).hasSize(2).allMatch(call -> call.contains("filters={label=[a, b]}"));
    }

    @Test
    void answersRequestAfterRequest() throws Exception {
        try (RawClient client = RawClient.connect(socket)) {
            String request = "GET /containers/json HTTP/1.1\r\nHost: a\r\n\r\n";
            client.send(request + request); // the second before the first is answered
            client.send("GET /nosuch HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            String answers = client.rest();
            assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(3);
            assertThat(answers).contains("HTTP/1.1 404 ");
        }
    }

    @Test
    void answersOldClients() throws Exception {
        assertThat(RawClient.ask(socket, "GET /_ping HTTP/1.0\r\n\r\n"))
                .contains(" 200 OK")
                .endsWith("OK");
    }

    @Test
    void asksForABodyThatWaitsForIt() throws Exception {
        try (RawClient client = RawClient.connect(socket)) {
            client.send("POST /containers/create HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                    + "Expect: 100-continue\r\nContent-Length: 13\r\nConnection: close\r\n\r\n");
            client.until("HTTP/1.1 100 Continue\r\n\r\n");
            client.send("{\"Image\":\"x\"}");
            assertThat(client.rest()).contains("HTTP/1.1 201 Created").contains("{\"Id\":\"abc\",\"Warnings\":[]}");
        }
    }

    /** A page in a browser may send these without asking anybody. */
    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"})
    void takesNoOtherTypeForJson(String type) throws Exception {
        String answer = RawClient.ask(
                socket,
                RawClient.request("POST", "/containers/create", "Content-Type: " + type + "\r\n", "{\"Image\":\"x\"}"));
        assertThat(RawClient.status(answer)).isEqualTo(400);
        assertThat(answer)
                .contains("unsupported Content-Type header (" + type.split(";")[0] + "): must be 'application/json'");
        assertThat(engine.calls).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /_ping HTTP/1.1\r\n\r\n",
                "GET /_ping HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET /_ping HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /_ping HTTP/2.0\r\nHost: a\r\n\r\n",
                "GET /_ping\r\n\r\n",
                "GET _ping HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /containers/a%zz/json HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /containers/a%0/json HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /containers/%ff/json HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /containers/json?a;b=1 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /_ping HTTP/1.1\r\nHost : a\r\n\r\n",
                "GET /_ping HTTP/1.1\r\nHost: a\r\nX\u0000: b\r\n\r\n",
                "POST /containers/create HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                "POST /containers/create HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\n{}",
                "POST /containers/create HTTP/1.1\r\nHost: a\r\nContent-Length: 0x2\r\n\r\n{}",
                "POST /containers/create HTTP/1.1\r\nHost: a\r\nContent-Length: 2, 2\r\n\r\n{}",
                "POST /containers/create HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}",
                "POST /containers/create HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "POST /containers/create HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
                "POST /containers/create HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "POST /containers/create HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /containers/create HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
                "POST /containers/create HTTP/1.1\r\nHost: a\r\nExpect: foo\r\nContent-Length: 0\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
            })
    void refusesWhatTwoReadersMayUnderstandInTwoWays(String request) throws Exception {
        String answer = RawClient.ask(socket, request);
        assertThat(RawClient.status(answer)).isBetween(400, 505).isNotEqualTo(500);
        assertThat(RawClient.body(answer)).matches("\\{\"message\":\".*\"}\n?");
        assertThat(answer.split("HTTP/1\\.[01] ", -1)).as("one answer").hasSize(2);
        assertThat(engine.calls).isEmpty();
    }

    /** CVE-2019-20445: Transfer-Encoding beside Content-Length. */
    @Test
    void cve2019x20445() throws Exception {
        String smuggled = "GET /containers/json HTTP/1.1\r\nHost: a\r\n\r\n";
        String answer = RawClient.ask(
                socket,
                "POST /containers/create HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "0\r\n\r\n" + smuggled);
        assertThat(RawClient.status(answer)).isEqualTo(400);
        assertThat(answer.split("HTTP/1.1 ", -1)).hasSize(2);
        assertThat(engine.calls).isEmpty();
    }

    /** A TLS hello is no request. */
    @Test
    void refusesWhatIsNoHttp() throws Exception {
        try (RawClient client = RawClient.connect(socket)) {
            client.send(new byte[] {0x16, 3, 1, 2, 0, 1, 0, 13, 10, 13, 10});
            assertThat(RawClient.status(client.rest())).isEqualTo(400);
        }
    }

    @Test
    void answersWhatAnOldApiHasDoneToo() throws Exception {
        assertThat(RawClient.status(RawClient.get(socket, "/v1.24/containers/json")))
                .isEqualTo(200);
        assertThat(RawClient.status(RawClient.get(socket, "http://docker/v1.51/containers/json")))
                .isEqualTo(200);
    }

    @Test
    void tellsOfAFailureOfItsOwn() throws Exception {
        engine.on("listContainers", _ -> {
            throw new IllegalStateException("boom");
        });
        String answer = RawClient.get(socket, "/containers/json");
        assertThat(RawClient.status(answer)).isEqualTo(500);
        assertThat(RawClient.body(answer)).isEqualTo("{\"message\":\"internal error: boom\"}\n");
    }

    @Test
    void answersAListThatIsKnownAtOnce() throws Exception {
        engine.on("knownContainers", _ -> Optional.of(List.of()));
        engine.on("listContainers", _ -> {
            throw new IllegalStateException("asked");
        });
        assertThat(RawClient.body(RawClient.get(socket, "/containers/json"))).isEqualTo("[]\n");
        assertThat(RawClient.status(RawClient.get(socket, "/containers/json?limit=x")))
                .isEqualTo(400);
        engine.on("knownContainers", _ -> Optional.empty());
        assertThat(RawClient.status(RawClient.get(socket, "/containers/json"))).isEqualTo(500);
    }

    @Test
    void letsARequestEndWhenItCloses() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        engine.on("listContainers", _ -> {
            begun.countDown();
            goesOn.await(60, TimeUnit.SECONDS);
            return List.of();
        });
        try (RawClient client = RawClient.connect(socket);
                RawClient idle = RawClient.connect(socket)) {
            client.send("GET /containers/json HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
            Thread closing = Thread.ofPlatform().start(door::close);
            idle.rest();
            goesOn.countDown();
            assertThat(client.rest()).startsWith("HTTP/1.1 200 OK").endsWith("[]\n");
            closing.join();
        }
    }
}

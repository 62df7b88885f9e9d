package dev.estiba.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.MediaTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are slow on purpose, say too much, mean two things at once, or look for files. */
class HostileClientTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    private Path directory;

    private Web open(Limits limits) throws IOException {
        return Web.open(directory, settings -> settings.withLimits(limits));
    }

    /** Says a little again and again until it is refused; the server has a minute for it. */
    private static void trickle(Wire wire, String little) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < end) {
            try {
                wire.say(little);
            } catch (IOException e) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new AssertionError("the server still listens");
    }

    /** CVE-2007-6750 and its kin, slow loris. */
    @Test
    void aHeadThatTricklesEnds() throws Exception {
        try (Web web = open(Limits.USUAL.withHead(SHORT));
                Wire wire = Wire.open(web);
                Wire silent = Wire.open(web)) {
            wire.say("GET /v2/ HTTP/1.1\nHost: x\n");
            trickle(wire, "X: y\n");
            assertThat(silent.isClosed()).isTrue();
        }
    }

    @Test
    void aBodyThatTricklesEnds() throws Exception {
        try (Web web = open(Limits.USUAL.withStall(SHORT))) {
            String upload = Web.header(web.send("POST", "/v2/a/blobs/uploads/"), "Location");
            try (Wire wire = Wire.open(web)) {
                wire.say("PATCH " + upload + " HTTP/1.1\nHost: x\nContent-Length: 1000000\n\n");
                trickle(wire, "x");
            }
            assertThat(awaitFree(web, upload)).as("what has come is kept").isPositive();
        }
    }

    @Test
    void whoDoesNotReadIsLeft() throws Exception {
        byte[] bytes = Web.random(1, 32 << 20);
        try (Web web = Web.open(directory, settings -> settings.withName("here.test"))) {
            web.blob("a", bytes);
        }
        try (Web web = Web.open(
                        directory,
                        settings -> settings.withName("here.test").withLimits(Limits.USUAL.withStall(SHORT)));
                Wire wire = Wire.open(web)) {
            String path = "/v2/a/blobs/" + Digest.of(bytes);
            wire.say("GET " + path + " HTTP/1.1\nHost: x\n\n");
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (connections(web) > 1 && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertThat(connections(web)).as("but for who asks").isEqualTo(1);
            long read = 0;
            byte[] buffer = new byte[1 << 20];
            try {
                for (int n = wire.in().read(buffer); n >= 0; n = wire.in().read(buffer)) {
                    read += n;
                }
            } catch (IOException e) {
                // a reset
            }
            assertThat(read).isLessThan(bytes.length);
        }
    }

    private static long connections(Web web) throws Exception {
        return Web.text(web.get("/metrics"))
                .lines()
                .filter(line -> line.startsWith("estiba_registry_connections "))
                .mapToLong(line -> Long.parseLong(line.split(" ")[1]))
                .findFirst()
                .orElseThrow();
    }

    /** How much of an upload has come, when nobody is at it any more. */
    private static long awaitFree(Web web, String upload) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < end) {
            var status = web.get(upload);
            if (status.statusCode() == 204) {
                return Long.parseLong(Web.header(status, "Range").split("-")[1]) + 1;
            }
            assertThat(Web.text(status)).contains("another request is at this upload");
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new AssertionError("somebody is still at the upload");
    }

    @Test
    void aBrokenConnectionLosesNothing() throws Exception {
        byte[] bytes = Web.random(2, 3_000_000);
        try (Web web = open(Limits.USUAL)) {
            String upload = Web.header(web.send("POST", "/v2/a/blobs/uploads/"), "Location");
            long there = 0;
            for (int cut : List.of(100, 70_000, 1_000_000, 2_999_999)) {
                try (Wire wire = Wire.open(web)) {
                    wire.say("PATCH " + upload + " HTTP/1.1\nHost: x\nExpect: 100-continue\nContent-Length: "
                            + (bytes.length - there) + "\n\n");
                    assertThat(wire.answer().status()).as("it has begun").isEqualTo(100);
                    wire.say(java.util.Arrays.copyOfRange(bytes, (int) there, cut));
                }
                there = awaitFree(web, upload);
                assertThat(there).isBetween(0L, (long) cut);
            }
            byte[] rest = java.util.Arrays.copyOfRange(bytes, (int) there, bytes.length);
            String range = there + "-" + (bytes.length - 1);
            assertThat(web.send("PUT", upload + "?digest=" + Digest.of(bytes), rest, "Content-Range", range)
                            .statusCode())
                    .isEqualTo(201);
            assertThat(web.get("/v2/a/blobs/" + Digest.of(bytes)).body()).isEqualTo(bytes);
        }
    }

    @Test
    void connectionsAreLimited() throws Exception {
        try (Web web = open(Limits.USUAL.withConnections(3))) {
            List<Wire> open = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Wire wire = Wire.open(web);
                wire.say("GET /healthz HTTP/1.1\nHost: x\n\n");
                assertThat(wire.answer().status()).isEqualTo(200);
                open.add(wire);
            }
            try (Wire fourth = Wire.open(web)) {
                assertThat(fourth.isClosed()).isTrue();
            }
            for (Wire each : open) {
                each.close();
            }
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            int status = 0;
            while (status != 200 && System.nanoTime() < end) {
                try (Wire wire = Wire.open(web)) {
                    wire.say("GET /healthz HTTP/1.1\nHost: x\n\n");
                    status = wire.answer().status();
                } catch (IOException e) {
                    TimeUnit.MILLISECONDS.sleep(20); // it has not yet seen the others go
                }
            }
            assertThat(status).isEqualTo(200);
        }
    }

    @Test
    void linesAndHeadsHaveAnEnd() throws Exception {
        try (Web web = open(Limits.USUAL)) {
            try (Wire wire = Wire.open(web)) {
                wire.say("GET /v2/" + "a".repeat(9000) + " HTTP/1.1\nHost: x\n\n");
                assertThat(wire.answer().status()).isEqualTo(414);
                assertThat(wire.isClosed()).isTrue();
            }
            try (Wire wire = Wire.open(web)) {
                wire.say("GET /v2/ HTTP/1.1\nHost: x\n" + "X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\n".repeat(1000)
                        + "\n");
                assertThat(wire.answer().status()).isEqualTo(431);
                assertThat(wire.isClosed()).isTrue();
            }
            try (Wire wire = Wire.open(web)) {
                wire.say("GET /healthz HTTP/1.1\nHost: x\n\n".repeat(2000)); // without reading one answer
                int answers = 0;
                try {
                    while (wire.answer().status() == 200) {
                        answers++;
                    }
                } catch (IOException e) {
                    // it has been closed
                }
                assertThat(answers).isLessThan(2000);
            }
            try (Wire wire = Wire.open(web)) {
                wire.say("GET /healthz HTTP/1.1\nHost: x\n\n".repeat(20));
                for (int i = 0; i < 20; i++) {
                    assertThat(wire.answer().status()).isEqualTo(200);
                }
            }
        }
    }

    /** Without a length it is seen only when it has come. */
    @Test
    void bodiesHaveAnEnd() throws Exception {
        try (Web web = open(Limits.USUAL.withBlob(100_000))) {
            String chunk = "8000\n" + "x".repeat(0x8000) + "\n";
            String upload = Web.header(web.send("POST", "/v2/a/blobs/uploads/"), "Location");
            for (String head :
                    List.of("PATCH " + upload, "POST /v2/a/blobs/uploads/?digest=" + Digest.of(new byte[0]))) {
                try (Wire wire = Wire.open(web)) {
                    wire.say(head + " HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n" + chunk.repeat(4));
                    Wire.Answer answer = wire.answer();
                    assertThat(answer.status()).as(head).isEqualTo(413);
                    assertThat(answer.text()).contains("SIZE_INVALID");
                }
            }
            try (Wire wire = Wire.open(web)) {
                wire.say("PUT /v2/a/manifests/x HTTP/1.1\nHost: x\nContent-Type: " + MediaTypes.MANIFEST
                        + "\nTransfer-Encoding: chunked\n\n");
                byte[] piece = ("8000\r\n" + "x".repeat(0x8000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
                for (int sent = 0; sent <= ImageReader.MOST_BYTES; sent += 0x8000) {
                    wire.say(piece);
                }
                assertThat(wire.answer().status()).isEqualTo(413);
            }
        }
    }

    /** A client that wants to be asked first sends no body that is refused. */
    @Test
    void whatIsRefusedIsNotAskedFor() throws Exception {
        try (Web web = open(Limits.USUAL.withBlob(1000));
                Wire wire = Wire.open(web)) {
            wire.say("POST /v2/a/blobs/uploads/?digest=" + Digest.of(new byte[0])
                    + " HTTP/1.1\nHost: x\nContent-Length: 2000\nExpect: 100-continue\n\n");
            assertThat(wire.answer().status()).isEqualTo(413);
        }
        try (Web web = open(Limits.USUAL);
                Wire wire = Wire.open(web)) {
            wire.say("POST /v2/a/blobs/uploads/?digest=" + Digest.of(new byte[] {'x'})
                    + " HTTP/1.1\nHost: x\nContent-Length: 1\nExpect: 100-continue\n\n");
            assertThat(wire.answer().status()).isEqualTo(100);
            assertThat(wire.say("x").answer().status()).isEqualTo(201);
            wire.say("POST /v2/a/blobs/uploads/ HTTP/1.1\nHost: x\nContent-Length: 1\nExpect: a miracle\n\n");
            assertThat(wire.answer().status()).isEqualTo(417);
        }
    }

    /** Request smuggling (CVE-2019-20444, CVE-2019-20445, CVE-2021-21295): nobody before us may have read another request than we do. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\nContent-Length: 6",
                "Content-Length: 5, 6",
                "Content-Length: -5",
                "Content-Length: +5",
                "Content-Length: 0x5",
                "Content-Length: 5 5",
                "Content-Length: 99999999999999999999999",
                "Content-Length: 5\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\nContent-Length: 5",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: chunked\nTransfer-Encoding: identity",
                "Transfer-Encoding : chunked",
                "Transfer-Encoding: \u000bchunked",
                "Content-Length : 5",
                "X: y\n Content-Length: 5\nTransfer-Encoding: chunked\nContent-Length: 5",
                "No colon\nContent-Length: 5",
                "Host: y\nContent-Length: 5",
            })
    void aRequestMeansOneThing(String headers) throws Exception {
        try (Web web = open(Limits.USUAL);
                Wire wire = Wire.open(web)) {
            wire.say("POST /v2/a/blobs/uploads/ HTTP/1.1\nHost: x\n" + headers
                    + "\n\n0\n\nGET /healthz HTTP/1.1\nHost: x\n\n");
            Wire.Answer answer = wire.answer();
            assertThat(answer.status()).isIn(400, 501);
            assertThat(wire.isClosed()).as("nothing behind it is read").isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1\nx\n", "0x1\nx\n", "g\nx\n", "1\nxy\n", "11111111111111111\nx\n", "\nx\n", "1 1\nx\n"})
    void chunksMeanOneThing(String chunk) throws Exception {
        try (Web web = open(Limits.USUAL);
                Wire wire = Wire.open(web)) {
            wire.say("POST /v2/a/blobs/uploads/?digest=" + Digest.of(new byte[] {'x'})
                    + " HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n" + chunk
                    + "0\n\nGET /healthz HTTP/1.1\nHost: x\n\n");
            Wire.Answer answer = wire.answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text()).contains("SIZE_INVALID", "chunked");
            assertThat(wire.isClosed()).as("nothing behind it is read").isTrue();
            assertThat(web.get("/v2/a/blobs/" + Digest.of(new byte[] {'x'})).statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void whatIsNoHttpIsRefused() throws Exception {
        try (Web web = open(Limits.USUAL)) {
            for (String said : List.of(
                    "GET /v2/\n\n",
                    "\u0016\u0003\u0001\u0002\u0000\u0001\n\n",
                    "GET /v2/ HTTP/1.1\n\n",
                    "GET /v2/ HTTP/1.1\nHost: x\nHost: x\n\n",
                    "POST /v2/a/blobs/uploads/ HTTP/1.0\nTransfer-Encoding: chunked\n\n0\n\n",
                    "PRI * HTTP/2.0\n\nSM\n\n")) {
                try (Wire wire = Wire.open(web)) {
                    wire.say(said);
                    assertThat(wire.answer().status()).as(said).isBetween(400, 405);
                }
            }
            try (Wire wire = Wire.open(web)) {
                wire.say("GET /healthz HTTP/1.0\n\n"); // has no Host
                assertThat(wire.answer().status()).isEqualTo(200);
                assertThat(wire.isClosed()).isTrue();
            }
        }
    }

    /** Traversal, as in CVE-2024-3727's digests and CVE-2023-2253's lists, by everything in an address that names a file. */
    @Test
    void noAddressLeadsOutOfTheStore() throws Exception {
        try (Web web = open(Limits.USUAL)) {
            web.image("a/b", "one", 1, 10);
            SortedSet<String> before = files();
            String digest = "sha256:" + "0".repeat(64);
            List<String> parts = List.of(
                    "..",
                    "../..",
                    "..%2f..%2f..",
                    "%2e%2e",
                    "%2e%2e%2fetc",
                    "..%5c..",
                    ".",
                    "a/../../b",
                    "a%00",
                    "_blobs",
                    "a/_manifests",
                    "a/%2e%2e/b",
                    "sha256:..%2f..%2f" + "0".repeat(58),
                    "sha256-" + "0".repeat(64),
                    "%ff",
                    "%zz",
                    "a%0d%0aX:y");
            for (String part : parts) {
                for (String path : List.of(
                        "/v2/" + part + "/manifests/one",
                        "/v2/" + part + "/tags/list",
                        "/v2/" + part + "/blobs/" + digest,
                        "/v2/" + part + "/blobs/uploads/",
                        "/v2/a/b/manifests/" + part,
                        "/v2/a/b/blobs/" + part,
                        "/v2/a/b/blobs/uploads/" + part,
                        "/v2/a/b/referrers/" + part,
                        "/v2/a/b/blobs/uploads/?mount=" + part + "&from=" + part,
                        "/v2/a/b/blobs/uploads/?digest=" + part,
                        "/v2/_catalog?last=" + part,
                        "/v2/a/b/tags/list?last=" + part)) {
                    for (String method : List.of("GET", "DELETE", path.contains("uploads") ? "POST" : "PUT")) {
                        try (Wire wire = Wire.open(web)) {
                            wire.say(method + " " + path + " HTTP/1.1\nHost: x\nContent-Length: 0\n\n");
                            Wire.Answer answer = wire.answer();
                            assertThat(answer.status())
                                    .as("%s %s", method, path)
                                    .isLessThan(500);
                            assertThat(answer.header("X")).isEmpty();
                        }
                    }
                }
            }
            SortedSet<String> after = files();
            after.removeIf(each -> each.endsWith("/sha256-" + "0".repeat(64))); // a repository may be called that
            assertThat(after).isEqualTo(before);
        }
    }

    private SortedSet<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            TreeSet<String> found = new TreeSet<>();
            all.map(each -> directory.relativize(each).toString()).forEach(found::add);
            found.removeIf(each -> each.contains("_uploads"));
            return found;
        }
    }
}

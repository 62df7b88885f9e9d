package dev.estiba.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.registry.http.ScriptedServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cache of another registry. */
class UpstreamTest {
    private static final byte[] LAYER = Web.random(1, 3_000_000);

    @TempDir
    private Path directory;

    private Web cacheOf(URI above, Duration freshness) throws IOException {
        return Web.open(
                directory, settings -> settings.withUpstream(above).withLimits(Limits.USUAL.withFreshness(freshness)));
    }

    @Test
    void bringsWhatIsAskedForAndKeepsIt() throws Exception {
        byte[] layer = Web.random(1, 1000);
        Web above = Web.open(Files.createDirectories(directory.resolve("above")));
        try (above;
                Web web = cacheOf(URI.create(above.url()), Duration.ofHours(1))) {
            Descriptor image = above.image("a/b", "one", 1, 1000);
            assertThat(Digest.of(web.get("/v2/a/b/manifests/one").body())).isEqualTo(image.digest());
            assertThat(web.get("/v2/a/b/blobs/" + Digest.of(layer)).body()).isEqualTo(layer);
            assertThat(web.get("/v2/a/b/manifests/two").statusCode()).isEqualTo(404);
            assertThat(web.send("POST", "/v2/a/b/blobs/uploads/").statusCode()).isEqualTo(405);
            awaitStored(web, Digest.of(layer));
            above.close();
            assertThat(web.get("/v2/a/b/manifests/one").statusCode()).isEqualTo(200);
            assertThat(web.get("/v2/a/b/blobs/" + Digest.of(layer)).body()).isEqualTo(layer);
            assertThat(web.get("/v2/a/b/manifests/never").statusCode()).isEqualTo(502);
        }
    }

    private static void awaitStored(Web web, Digest digest) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!web.store().blobs().has(digest) && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(web.store().blobs().has(digest)).isTrue();
    }

    @Test
    void aTagIsAskedForAgainAfterAWhile() throws Exception {
        try (Web above = Web.open(Files.createDirectories(directory.resolve("above")));
                Web fresh = Web.open(
                        Files.createDirectories(directory.resolve("fresh")),
                        settings -> settings.withUpstream(URI.create(above.url()))
                                .withLimits(Limits.USUAL.withFreshness(Duration.ZERO)));
                Web lasting = cacheOf(URI.create(above.url()), Duration.ofHours(1))) {
            Descriptor one = above.image("a", "tag", 1, 10);
            for (Web each : List.of(fresh, lasting)) {
                assertThat(Digest.of(each.get("/v2/a/manifests/tag").body())).isEqualTo(one.digest());
            }
            Descriptor two = above.image("a", "tag", 2, 10);
            assertThat(Digest.of(fresh.get("/v2/a/manifests/tag").body())).isEqualTo(two.digest());
            assertThat(Digest.of(lasting.get("/v2/a/manifests/tag").body())).isEqualTo(one.digest());
            above.send("DELETE", "/v2/a/manifests/" + two.digest());
            assertThat(fresh.get("/v2/a/manifests/tag").statusCode()).isEqualTo(404);
            assertThat(lasting.get("/v2/a/manifests/tag").statusCode()).isEqualTo(200);
        }
    }

    /** Gives a blob's first part, and the rest when it is told to. */
    private static final class Halting implements ScriptedServer.Script {
        private final byte[] manifest;
        private final byte[] config = "{}".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        private final byte[] sent;
        private final AtomicInteger asked = new AtomicInteger();
        private final CountDownLatch rest = new CountDownLatch(1);

        Halting(byte[] sent) {
            this.sent = sent;
            manifest = ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.MANIFEST
                            + "\",\"config\":{\"mediaType\":\"" + MediaTypes.CONFIG + "\",\"size\":2,\"digest\":\""
                            + Digest.of(config) + "\"},\"layers\":[{\"mediaType\":\"" + MediaTypes.LAYER_GZIP
                            + "\",\"size\":" + LAYER.length + ",\"digest\":\"" + Digest.of(LAYER) + "\"}]}")
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        }

        @Override
        public void answer(ScriptedServer.Request request, ScriptedServer.Reply reply) throws IOException {
            if (request.path().contains("/manifests/")) {
                Map<String, String> headers = Map.of(
                        "Content-Type",
                        MediaTypes.MANIFEST,
                        "Docker-Content-Digest",
                        Digest.of(manifest).toString());
                reply.send(200, headers, manifest);
            } else if (request.path().contains("/blobs/")) {
                asked.incrementAndGet();
                reply.head(200, Map.of(), sent.length);
                reply.raw(Arrays.copyOf(sent, sent.length / 2));
                try {
                    rest.await(60, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                reply.raw(Arrays.copyOfRange(sent, sent.length / 2, sent.length));
            } else {
                reply.send(200);
            }
        }
    }

    @Test
    void manyGetABlobWhileItComesOnce() throws Exception {
        Halting script = new Halting(LAYER);
        String path = "/v2/a/blobs/" + Digest.of(LAYER);
        try (ScriptedServer above = ScriptedServer.plain(script);
                Web web = cacheOf(URI.create("http://127.0.0.1:" + above.port()), Duration.ofHours(1));
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
            assertThat(web.get("/v2/a/manifests/one").statusCode()).isEqualTo(200);
            CountDownLatch halves = new CountDownLatch(8);
            List<Future<byte[]>> bodies = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Callable<byte[]> reader = () -> {
                    try (Wire wire = Wire.open(web)) {
                        wire.say("GET " + path + " HTTP/1.1\nHost: x\nConnection: close\n\n");
                        byte[] first = wire.in().readNBytes(LAYER.length / 4);
                        halves.countDown();
                        byte[] rest = wire.in().readAllBytes();
                        byte[] all = Arrays.copyOf(first, first.length + rest.length);
                        System.arraycopy(rest, 0, all, first.length, rest.length);
                        return Arrays.copyOfRange(all, all.length - LAYER.length, all.length);
                    }
                };
                bodies.add(threads.submit(reader));
            }
            assertThat(halves.await(60, TimeUnit.SECONDS))
                    .as("all have some of it")
                    .isTrue();
            assertThat(web.store().blobs().has(Digest.of(LAYER))).isFalse();
            assertThat(web.send("HEAD", path).statusCode()).isEqualTo(200);
            script.rest.countDown();
            for (Future<byte[]> each : bodies) {
                assertThat(each.get()).isEqualTo(LAYER);
            }
            assertThat(web.get(path, "Range", "bytes=5-9").body()).isEqualTo(Arrays.copyOfRange(LAYER, 5, 10));
            assertThat(script.asked).hasValue(1);
            awaitStored(web, Digest.of(LAYER));
        }
    }

    @Test
    void whatIsSomethingElseBreaksOff() throws Exception {
        byte[] other = LAYER.clone();
        other[other.length - 5] ^= 1;
        Halting script = new Halting(other);
        script.rest.countDown();
        try (ScriptedServer above = ScriptedServer.plain(script);
                Web web = cacheOf(URI.create("http://127.0.0.1:" + above.port()), Duration.ofHours(1))) {
            assertThat(web.get("/v2/a/manifests/one").statusCode()).isEqualTo(200);
            try (Wire wire = Wire.open(web)) {
                wire.say("GET /v2/a/blobs/" + Digest.of(LAYER) + " HTTP/1.1\nHost: x\n\n");
                byte[] all = wire.in().readAllBytes();
                assertThat(new String(all, 0, 1000, java.nio.charset.StandardCharsets.ISO_8859_1))
                        .contains("200 OK", "content-length: " + LAYER.length);
                assertThat(all.length)
                        .as("the last byte is missing, at least")
                        .isLessThan(LAYER.length + headLength(all));
            }
            assertThat(web.store().blobs().has(Digest.of(LAYER))).isFalse();
            assertThat(web.get("/v2/a/manifests/one").statusCode()).isEqualTo(200);
        }
    }

    private static int headLength(byte[] all) {
        return new String(all, 0, 2000, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
    }
}

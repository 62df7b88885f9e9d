package dev.estiba.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.client.Registry;
import dev.estiba.registry.client.RegistrySettings;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many at once. */
class LoadTest {
    private static final int CLIENTS = Boolean.getBoolean("estiba.long") ? 500 : 100;

    @TempDir
    private Path directory;

    private static void together(int clients, IntFunction<Callable<Void>> client) throws Exception {
        CyclicBarrier all = new CyclicBarrier(clients);
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory())) {
            List<Future<Void>> futures = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                Callable<Void> each = client.apply(i);
                futures.add(threads.submit(() -> {
                    all.await(60, TimeUnit.SECONDS);
                    return each.call();
                }));
            }
            for (Future<Void> each : futures) {
                each.get();
            }
        }
    }

    @Test
    void smallPullsByHand() throws Exception {
        try (Web web = Web.open(directory)) {
            byte[] layer = Web.random(1, 20_000);
            Descriptor image = web.image("a", "one", List.of(layer));
            together(CLIENTS, i -> () -> {
                try (Wire wire = Wire.open(web)) {
                    for (int round = 0; round < 3; round++) {
                        wire.say("GET /v2/a/manifests/one HTTP/1.1\nHost: x\n\n");
                        assertThat(Digest.of(wire.answer().body())).isEqualTo(image.digest());
                        wire.say("GET /v2/a/blobs/" + Digest.of(layer) + " HTTP/1.1\nHost: x\n\n");
                        assertThat(wire.answer().body()).isEqualTo(layer);
                    }
                }
                return null;
            });
        }
    }

    @Test
    void smallPullsByOurClient() throws Exception {
        try (Web web = Web.open(directory);
                Registry registry = Registry.open(RegistrySettings.USUAL)) {
            Descriptor image = web.image("a", "one", 1, 20_000, 10);
            Reference name = Reference.parse(web.host() + "/a:one");
            together(CLIENTS, i -> () -> {
                try (ImageSource source = registry.source(name)) {
                    Document root = source.root();
                    assertThat(root.descriptor().digest()).isEqualTo(image.digest());
                    for (Descriptor each : manifest(root).layers()) {
                        try (InputStream in = source.blob(each, 0)) {
                            assertThat(Digest.of(in.readAllBytes())).isEqualTo(each.digest());
                        }
                    }
                }
                return null;
            });
        }
    }

    private static Manifest manifest(Document root) throws Exception {
        ImageReader.Document read = ImageReader.read(root.bytes(), java.util.Optional.empty());
        return ((ImageReader.Document.OfManifest) read).manifest();
    }

    @Test
    void manyPushTheSameBlob() throws Exception {
        byte[] blob = Web.random(2, 1_000_000);
        try (Web web = Web.open(directory)) {
            together(16, i -> () -> {
                String repository = "r" + i % 3;
                if (i % 2 == 0) {
                    web.blob(repository, blob);
                } else {
                    String upload = Web.header(web.send("POST", "/v2/" + repository + "/blobs/uploads/"), "Location");
                    assertThat(web.send("PATCH", upload, blob).statusCode()).isEqualTo(202);
                    assertThat(web.send("PUT", upload + "?digest=" + Digest.of(blob))
                                    .statusCode())
                            .isEqualTo(201);
                }
                return null;
            });
            for (int i = 0; i < 3; i++) {
                assertThat(web.get("/v2/r" + i + "/blobs/" + Digest.of(blob)).body())
                        .isEqualTo(blob);
            }
        }
    }

    /** A collection beside pulls and pushes takes nothing that they need, and everything that nobody does. */
    @Test
    void itIsCollectedBesides() throws Exception {
        try (Web web = Web.open(directory)) {
            Descriptor kept = web.image("kept", "one", 1, 50_000, 10);
            AtomicBoolean ended = new AtomicBoolean();
            try (ExecutorService collector = Executors.newSingleThreadExecutor()) {
                Future<Integer> rounds = collector.submit(() -> {
                    int n = 0;
                    while (!ended.get()) {
                        web.store().collector().collect(Duration.ZERO);
                        n++;
                    }
                    return n;
                });
                try {
                    together(8, i -> () -> {
                        for (int round = 0; round < 5; round++) {
                            String repository = "r" + i;
                            Descriptor image = web.image(repository, "t", 1000L * i + round, 30_000, 40_000);
                            assertThat(web.get("/v2/" + repository + "/manifests/t")
                                            .body())
                                    .hasSize((int) image.size());
                            for (int layer = 0; layer < 2; layer++) {
                                byte[] bytes = Web.random(1000L * i + round + layer, 30_000 + 10_000 * layer);
                                assertThat(web.get("/v2/" + repository + "/blobs/" + Digest.of(bytes))
                                                .body())
                                        .isEqualTo(bytes);
                            }
                            assertThat(web.get("/v2/kept/blobs/" + Digest.of(Web.random(1, 50_000)))
                                            .statusCode())
                                    .isEqualTo(200);
                            if (round % 2 == 0) {
                                assertThat(web.send("DELETE", "/v2/" + repository + "/manifests/" + image.digest())
                                                .statusCode())
                                        .isEqualTo(202);
                            }
                        }
                        return null;
                    });
                } finally {
                    ended.set(true);
                }
                assertThat(rounds.get()).isPositive();
            }
            assertThat(web.get("/v2/kept/manifests/one").body()).hasSize((int) kept.size());
        }
    }
}

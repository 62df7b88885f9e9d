package dev.estiba.content.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.linux.ProcessFacts;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many pulls of images that share layers. Each has a store object of its own: locks are of open files, so that threads are to each
 * other as processes are.
 */
@Tag("kernel")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ManyPullsTest {
    private static final int IMAGES = 8;
    private static final int LAYERS = 8;

    @TempDir
    Path directory;

    private final List<Sample> samples = new ArrayList<>();

    @BeforeEach
    void samples() throws IOException {
        assumeTrue(ProcessFacts.self().uid() == 0, "needs root");
        for (int i = 0; i < IMAGES; i++) {
            samples.add(new Sample("v" + i, List.of(i % LAYERS, (i + 1) % LAYERS, (i + 2) % LAYERS), 20_000));
        }
    }

    private Store open() throws IOException {
        return Store.open(directory.resolve("content"));
    }

    @Test
    void eachBlobIsBroughtOnce() throws Exception {
        Sample all = new Sample("all", List.of(0, 1, 2, 3, 4, 5, 6, 7), 20_000);
        try (ExecutorService threads = Executors.newFixedThreadPool(32)) {
            List<CompletableFuture<StoredImage>> pulls = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                Sample sample = samples.get(i % IMAGES);
                pulls.add(CompletableFuture.supplyAsync(() -> pulled(sample), threads));
            }
            for (CompletableFuture<StoredImage> pull : pulls) {
                pull.get(300, TimeUnit.SECONDS);
            }
        }
        assertThat(new Check(open(), Sample::unpack, Sample.HOST)
                        .look(CheckListener.NONE)
                        .results())
                .isEmpty();
        StoredImage whole = all.pull(open());
        for (StoredImage.Layer layer : whole.variants().getFirst().layers()) {
            int asked = samples.stream()
                    .mapToInt(each -> each.asks(layer.blob().digest()))
                    .sum();
            assertThat(asked).as("%s", layer).isEqualTo(1);
            assertThat(all.asks(layer.blob().digest())).isZero();
        }
    }

    private StoredImage pulled(Sample sample) {
        try {
            return sample.pull(open());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Whoever has pulled an image and holds a lease has all of it, whatever others remove and collect. */
    @Test
    void whatSomebodyHoldsIsNeverMissing() throws Exception {
        long seed = new Random().nextLong();
        int rounds = Boolean.getBoolean("estiba.long") ? 200 : 6;
        AtomicBoolean ends = new AtomicBoolean();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            CompletableFuture<Boolean> pruning = CompletableFuture.supplyAsync(() -> prune(ends), threads);
            List<CompletableFuture<Boolean>> workers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                Random random = new Random(seed + i);
                workers.add(CompletableFuture.supplyAsync(() -> works(random, rounds), threads));
            }
            try {
                for (CompletableFuture<Boolean> worker : workers) {
                    worker.get(300, TimeUnit.SECONDS);
                }
            } catch (java.util.concurrent.ExecutionException e) {
                throw new AssertionError("seed " + seed, e);
            } finally {
                ends.set(true);
            }
            pruning.get(60, TimeUnit.SECONDS);
        }
        open().collector().collect(Duration.ZERO);
        assertThat(new Check(open(), Sample::unpack, Sample.HOST)
                        .look(CheckListener.NONE)
                        .results())
                .as("seed " + seed)
                .isEmpty();
    }

    private boolean works(Random random, int rounds) {
        try {
            for (int round = 0; round < rounds; round++) {
                Store store = open();
                Sample sample = samples.get(random.nextInt(IMAGES));
                try (Lease lease = store.lease()) {
                    StoredImage image = sample.pull(store, lease);
                    assertWhole(store, image);
                    if (random.nextBoolean()) {
                        remove(store, sample, image.root().digest());
                    }
                    assertWhole(store, image);
                }
            }
            return true;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void assertWhole(Store store, StoredImage image) {
        assertThat(store.blobs().has(image.root().digest())).isTrue();
        for (StoredImage.Layer layer : image.variants().getFirst().layers()) {
            assertThat(store.blobs().has(layer.blob().digest())).isTrue();
            Path tree = store.layers().tree(layer.diffId());
            assertThat(Files.exists(tree) ? tree.toFile().list() : new String[0])
                    .as("%s", layer.diffId())
                    .hasSize(2);
        }
    }

    private static void remove(Store store, Sample sample, Digest root) throws IOException {
        store.images().change(records -> {
            records.unname(sample.reference());
            records.remove(root);
            return true;
        });
    }

    private boolean prune(AtomicBoolean ends) {
        try {
            while (!ends.get()) {
                open().collector().collect(Duration.ofHours(1));
                java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
            return true;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

package dev.estiba.content.check;

import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A program that works with a store beside others: pulls, removes, collects, checks, repairs. It ends when something is wrong. */
final class StoreWorker {
    private static final int IMAGES = 6;
    private static final int SIZE = 60_000;

    private final Store store;
    private final Random random;

    private StoreWorker(Store store, Random random) {
        this.store = store;
        this.random = random;
    }

    /** @param words the store's directory, a seed, for how many milliseconds */
    static void main(String[] words) throws IOException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Long.parseLong(words[2]));
        StoreWorker worker = new StoreWorker(Store.open(Path.of(words[0])), new Random(Long.parseLong(words[1])));
        int rounds = 0;
        for (; System.nanoTime() < end; rounds++) {
            worker.round();
        }
        System.out.println("rounds " + rounds);
    }

    static Sample sample(int number) throws IOException {
        return new Sample("v" + number, List.of(number, (number + 1) % IMAGES, (number + 2) % IMAGES), SIZE);
    }

    private void round() throws IOException {
        switch (random.nextInt(10)) {
            case 0 -> store.collector().collect(random.nextBoolean() ? Duration.ZERO : Duration.ofHours(1));
            case 1 -> clean(check().look(CheckListener.NONE));
            case 2 -> clean(check().repair((_, _) -> sample(0), CheckListener.NONE));
            default -> pull(sample(random.nextInt(IMAGES)));
        }
    }

    private Check check() {
        return new Check(store, Sample::unpack, Sample.HOST);
    }

    /** What others are doing in this moment, or were doing when they were killed, is no damage. */
    private static void clean(Report report) {
        for (Report.Result result : report.results()) {
            boolean isHarmless =
                    result.finding() instanceof Finding.Rest || result.finding().equals(new Finding.DamagedNames(true));
            require(isHarmless, result.toString());
        }
    }

    private void pull(Sample sample) throws IOException {
        try (Lease lease = store.lease()) {
            StoredImage image = sample.pull(store, lease);
            whole(image);
            if (random.nextBoolean()) {
                Digest root = image.root().digest();
                store.images().change(records -> {
                    records.unname(sample.reference());
                    records.remove(root);
                    return root;
                });
            }
            if (random.nextBoolean()) {
                store.collector().collect(Duration.ZERO);
            }
            whole(image);
        }
    }

    /** Whoever holds a lease has all of it, whatever others do. */
    private void whole(StoredImage image) {
        require(store.blobs().has(image.root().digest()), "the manifest of " + image + " has gone");
        for (StoredImage.Layer layer : image.variants().getFirst().layers()) {
            require(store.blobs().has(layer.blob().digest()), "the blob of " + layer + " has gone");
            String[] names = store.layers().tree(layer.diffId()).toFile().list();
            require(names != null && names.length == 2, "the directory of " + layer + " has gone");
        }
        require(Files.exists(store.root()), "there is no store");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}

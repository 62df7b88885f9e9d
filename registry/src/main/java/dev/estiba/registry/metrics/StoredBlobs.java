package dev.estiba.registry.metrics;

import dev.estiba.content.store.Store;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** How much is in a store, looked at twice a minute at most. Safe for all threads. */
public final class StoredBlobs {
    private static final long FRESH = TimeUnit.SECONDS.toNanos(30);

    private final Store store;
    private Counted counted = new Counted(0, 0);
    private long at = Long.MIN_VALUE;

    /** @param bytes of all of them */
    public record Counted(long blobs, long bytes) {}

    public StoredBlobs(Store store) {
        this.store = store;
    }

    public synchronized Counted now() throws IOException {
        if (at == Long.MIN_VALUE || System.nanoTime() - at > FRESH) {
            long blobs = 0;
            long bytes = 0;
            for (Digest each : store.blobs().all()) {
                blobs++;
                bytes += store.blobs().size(each).orElse(0);
            }
            counted = new Counted(blobs, bytes);
            at = System.nanoTime();
        }
        return counted;
    }
}

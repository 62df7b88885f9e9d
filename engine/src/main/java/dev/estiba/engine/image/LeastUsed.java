package dev.estiba.engine.image;

import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Images in the order in which they were used. */
final class LeastUsed {
    private LeastUsed() {}

    /** The one that nobody has used for the longest time comes first. */
    static List<StoredImage> first(Store store, List<StoredImage> images) throws IOException {
        // Asked once each: the times may change while they are sorted.
        Map<Digest, Instant> used = new HashMap<>();
        for (StoredImage image : images) {
            Digest root = image.root().digest();
            used.put(root, store.images().lastUsed(root).orElse(Instant.EPOCH));
        }
        List<StoredImage> sorted = new ArrayList<>(images);
        sorted.sort(Comparator.<StoredImage, Instant>comparing(
                        each -> used.getOrDefault(each.root().digest(), Instant.EPOCH))
                .thenComparing(each -> each.root().digest().toString()));
        return sorted;
    }
}

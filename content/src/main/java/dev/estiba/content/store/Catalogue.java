package dev.estiba.content.store;

import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What listings ask of a store. It remembers the records that it has read, and reads those that have changed, whoever has changed
 * them; a check of the disk, which must not believe what was once read, uses {@link Images}. Safe for all threads.
 */
public final class Catalogue {
    private final StoreDirectory directory;
    private final Images images;
    private final Layers layers;
    private final Remembered<StoredImage> records;
    private final Remembered<SortedMap<String, Digest>> names;
    private final Remembered<Layers.Size> sizes;

    Catalogue(StoreDirectory directory) {
        this.directory = directory;
        images = new Images(directory);
        layers = new Layers(directory);
        records = new Remembered<>(Images::read);
        names = new Remembered<>(file -> Optional.of(Images.names(file)));
        sizes = new Remembered<>(Layers::read);
    }

    /** @param lastUsed when a container was last made of it or started, or else when it came */
    public record Listed(StoredImage image, Instant lastUsed) {}

    /** As {@link Images#all}. */
    public List<Listed> images() throws IOException {
        List<Listed> all = new ArrayList<>();
        for (Digest root : images.roots()) {
            find(root).ifPresent(all::add);
        }
        return all;
    }

    /** As {@link Images#find}. */
    public Optional<Listed> find(Digest root) throws IOException {
        return records.of(images.path(root)).map(each -> new Listed(each.value(), each.modified()));
    }

    /** As {@link Images#names()}. */
    public SortedMap<String, Digest> names() throws IOException {
        return names.of(directory.names())
                .map(Remembered.Found::value)
                .orElseGet(() -> Collections.unmodifiableSortedMap(new TreeMap<>()));
    }

    /** As {@link Layers#size}. */
    public Optional<Layers.Size> size(Digest diffId) throws IOException {
        return sizes.of(layers.record(diffId)).map(Remembered.Found::value);
    }
}

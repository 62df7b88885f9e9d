package dev.estiba.content.store;

import dev.estiba.linux.Directory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Flock;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.linux.RemoveTree;
import dev.estiba.linux.number.Errno;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes away what no image, pin or lease names. Nobody is in its way and it is in nobody's: what is to go is given another name
 * under the exclusive lock, in a moment; what takes time comes after it.
 */
public final class Collector {
    private static final int MOST = 1 << 22;
    private static final Duration SPOOLED = Duration.ofDays(2);

    private final StoreDirectory directory;

    Collector(StoreDirectory directory) {
        this.directory = directory;
    }

    /**
     * What has gone.
     *
     * @param bytes of the disk: of blobs, and of layers' contents
     */
    public record Collected(List<Digest> blobs, List<Digest> layers, long bytes) {
        public Collected {
            blobs = List.copyOf(blobs);
            layers = List.copyOf(layers);
        }
    }

    /** @param patience for how long the beginning of a blob waits for somebody to go on with it; zero: not at all */
    public Collected collect(Duration patience) throws IOException {
        try {
            return collected(patience);
        } catch (IOException e) {
            throw StorageFailure.explained(e, directory.root());
        }
    }

    private Collected collected(Duration patience) throws IOException {
        Collected collected;
        try (HeldLock held = HeldLock.take(directory.lock(), Flock.Kind.EXCLUSIVE)) {
            collected = putAside();
            removeRests(patience);
        }
        sync(collected);
        new Rests(directory).emptyTrash();
        return collected;
    }

    /**
     * Before anything is removed: some file systems (ext4 with data=writeback, or without a journal) write other files where one was
     * that is removed, before its name has gone on the disk. After a power cut it would have its name again, and their bytes.
     */
    private void sync(Collected collected) throws IOException {
        if (!collected.blobs().isEmpty()) {
            for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
                StoreDirectory.syncDirectory(directory.blobs(algorithm));
            }
        }
        if (!collected.layers().isEmpty()) {
            StoreDirectory.syncDirectory(directory.layers());
        }
    }

    /** What was begun and nobody is at, and nothing else. */
    void removeRests() throws IOException {
        try (HeldLock held = HeldLock.take(directory.lock(), Flock.Kind.EXCLUSIVE)) {
            Lease.living(directory, Optional.empty());
            removeRests(Duration.ZERO);
        }
    }

    private Collected putAside() throws IOException {
        Images images = new Images(directory);
        dropUnpinned(images);
        // Leases first: whoever has ended since has written his images' records, or his repository's links, before.
        Set<Digest> needed = Lease.living(directory, Optional.empty());
        needed.addAll(needed(images));
        needed.addAll(new Repositories(directory).needed(Instant.now()));
        List<Digest> blobs = new ArrayList<>();
        List<Digest> layers = new ArrayList<>();
        long bytes = 0;
        for (Digest blob : new Blobs(directory).all()) {
            if (!needed.contains(blob)) {
                bytes += new Blobs(directory).size(blob).orElse(0);
                putAside(directory.blob(blob));
                blobs.add(blob);
            }
        }
        for (Digest layer : new Layers(directory).all()) {
            if (!needed.contains(layer)) {
                bytes += sizeOf(layer);
                putAside(directory.layer(layer));
                layers.add(layer);
            }
        }
        return new Collected(blobs, layers, bytes);
    }

    private long sizeOf(Digest layer) throws IOException {
        try {
            return new Layers(directory).size(layer).map(Layers.Size::bytes).orElse(0L);
        } catch (DamagedRecord e) {
            return 0; // it goes anyway
        }
    }

    private void putAside(Path path) throws IOException {
        try (Fd from = Open.absolute(String.valueOf(path.getParent()), Open.How.directory());
                Fd to = Open.absolute(directory.trash().toString(), Open.How.directory())) {
            String name = String.valueOf(path.getFileName());
            String aside = from.label().endsWith("layers") ? "layer-" + name : "blob-" + name;
            RemoveTree.remove(to, aside); // of somebody who was killed
            Names.rename(from, name, to, aside);
        }
    }

    /** Of dropped images those that no container is made of any more. */
    private void dropUnpinned(Images images) throws IOException {
        Set<Digest> pinned = new HashSet<>(new Pins(directory).all().values());
        images.change(records -> {
            for (StoredImage image : images.all()) {
                if (image.dropped() && !pinned.contains(image.root().digest())) {
                    records.remove(image.root().digest());
                }
            }
            return pinned;
        });
    }

    private Set<Digest> needed(Images images) throws IOException {
        Set<Digest> needed = new HashSet<>();
        for (StoredImage image : images.all()) {
            needed.add(image.root().digest());
            NestedIndexes.of(new Blobs(directory), image.root()).forEach(each -> needed.add(each.digest()));
            image.referrers().forEach(each -> needed.addAll(each.digests()));
            for (StoredImage.Variant variant : image.variants()) {
                needed.add(variant.manifest().digest());
                needed.add(variant.config().digest());
                for (StoredImage.Layer layer : variant.layers()) {
                    needed.add(layer.blob().digest());
                    needed.add(layer.diffId());
                }
            }
        }
        return needed;
    }

    /** What was begun and nobody is at. */
    private void removeRests(Duration patience) throws IOException {
        removeOlder(directory.ingests(), patience);
        removeOlder(directory.spool(), SPOOLED); // nobody holds a lock of what he has there
        try (Fd open = Open.absolute(directory.unpackings().toString(), Open.How.directory())) {
            for (Directory.Entry entry : Directory.list(open, MOST)) {
                removeIfFree(open, entry.name());
            }
        }
    }

    private static void removeOlder(Path parent, Duration patience) throws IOException {
        Instant oldest = Instant.now().minus(patience);
        try (Fd open = Open.absolute(parent.toString(), Open.How.directory())) {
            for (Directory.Entry entry : Directory.list(open, MOST)) {
                if (Age.isSince(parent.resolve(entry.name()), oldest)) {
                    removeIfFree(open, entry.name());
                }
            }
        }
    }

    /** Its lock is held meanwhile: who waits for it finds that it has lost its name, and makes another. */
    private static void removeIfFree(Fd parent, String name) throws IOException {
        try (Fd file = Open.at(parent, name, Open.How.reading())) {
            if (Flock.tryLock(file, Flock.Kind.EXCLUSIVE)) {
                RemoveTree.remove(parent, name);
            }
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }
}

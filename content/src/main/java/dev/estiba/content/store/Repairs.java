package dev.estiba.content.store;

import dev.estiba.linux.Fd;
import dev.estiba.linux.Flock;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.linux.RemoveTree;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What mends a store while others work with it. Nothing that somebody may be using is changed beneath him. Safe for all threads. */
public final class Repairs {
    private final StoreDirectory directory;

    Repairs(StoreDirectory directory) {
        this.directory = directory;
    }

    /**
     * A layer once more, beside the one that is here. Closing it removes it, unless it has taken that one's place.
     *
     * @return empty when somebody else is at it
     */
    public Optional<Unpacking> tryRemake(Digest diffId) throws IOException {
        return Unpacking.tryBegin(directory, diffId);
    }

    /**
     * Puts a layer in the place of the one that is here.
     *
     * @param own the caller's lease, which is in nobody's way
     * @return who is using that one; it has been left alone then
     */
    public List<String> replace(Unpacking made, Lease own) throws IOException {
        if (!made.isComplete()) {
            throw new IllegalStateException("the layer " + made.diffId() + " is not complete");
        }
        made.sync();
        try (HeldLock held = HeldLock.take(directory.lock(), Flock.Kind.EXCLUSIVE)) {
            List<String> users = users(made.diffId(), own);
            if (!users.isEmpty()) {
                return users;
            }
            putAside(directory.layers(), made.diffId());
            made.name();
        }
        StoreDirectory.syncDirectory(directory.layers());
        emptyTrash();
        return List.of();
    }

    /**
     * Takes a damaged blob away, so that it is brought again when somebody wants it.
     *
     * @return who is using it; it has been left alone then
     */
    public List<String> remove(Digest blob, Lease own) throws IOException {
        try (HeldLock held = HeldLock.take(directory.lock(), Flock.Kind.EXCLUSIVE)) {
            if (Lease.living(directory, Optional.of(own)).contains(blob)) {
                return List.of("somebody at work");
            }
            putAside(directory.blobs(blob.algorithm()), blob);
        }
        StoreDirectory.syncDirectory(directory.blobs(blob.algorithm()));
        emptyTrash();
        return List.of();
    }

    private List<String> users(Digest diffId, Lease own) throws IOException {
        List<String> users = new ArrayList<>();
        Images images = new Images(directory);
        for (Map.Entry<String, Digest> pin : new Pins(directory).all().entrySet()) {
            Optional<StoredImage> image = images.find(pin.getValue());
            if (image.isPresent() && has(image.get(), diffId)) {
                users.add("container " + pin.getKey());
            }
        }
        if (Lease.living(directory, Optional.of(own)).contains(diffId)) {
            users.add("somebody at work");
        }
        return users;
    }

    private static boolean has(StoredImage image, Digest diffId) {
        return image.variants().stream()
                .flatMap(each -> each.layers().stream())
                .anyMatch(each -> each.diffId().equals(diffId));
    }

    private void putAside(java.nio.file.Path parent, Digest digest) throws IOException {
        String aside = "damaged-" + digest.encoded();
        try (Fd from = Open.absolute(parent.toString(), Open.How.directory());
                Fd to = Open.absolute(directory.trash().toString(), Open.How.directory())) {
            RemoveTree.remove(to, aside); // of somebody who was killed
            Names.rename(from, digest.encoded(), to, aside);
        }
    }

    private void emptyTrash() throws IOException {
        new Rests(directory).emptyTrash();
    }

    /** Writes down again how much a layer is. */
    public void writeSize(Digest diffId, Layers.Size size) throws IOException {
        RecordFile.write(directory.layer(diffId).resolve(Unpacking.RECORD), size.json());
    }

    /** The second record of the names: empty when it is not readable, or there is none. */
    public Optional<SortedMap<String, Digest>> namesCopy() throws IOException {
        try {
            return Optional.of(Images.names(directory.namesCopy()));
        } catch (DamagedRecord e) {
            return Optional.empty();
        }
    }

    /**
     * Makes the first record of the names of the second one, or the other way round. When both are damaged, there are no names then.
     *
     * @return the names that there are now
     */
    public SortedMap<String, Digest> restoreNames() throws IOException {
        return new Images(directory).change(records -> {
            SortedMap<String, Digest> names;
            try {
                names = records.images().names();
            } catch (DamagedRecord e) {
                names = namesCopy().orElse(new TreeMap<>());
            }
            RecordFile.writeUnsynced(directory.namesCopy(), NameRecord.write(names));
            RecordFile.write(directory.names(), NameRecord.write(names));
            return names;
        });
    }

    /** What was begun and nobody is at, by its path beneath the store. */
    public List<String> rests() throws IOException {
        return new Rests(directory).all();
    }

    public void removeRests() throws IOException {
        new Rests(directory).remove();
    }
}

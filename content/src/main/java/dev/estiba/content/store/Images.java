package dev.estiba.content.store;

import dev.estiba.linux.Fd;
import dev.estiba.linux.Flock;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Reference;
import dev.estiba.oci.json.DocumentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The records of images, and their names. Safe for all threads and processes. */
public final class Images {
    private final StoreDirectory directory;

    Images(StoreDirectory directory) {
        this.directory = directory;
    }

    /** A name is whole: {@link Reference#toString} with a tag, without a digest. */
    public SortedMap<String, Digest> names() throws IOException {
        return names(directory.names());
    }

    static SortedMap<String, Digest> names(Path file) throws IOException {
        Optional<byte[]> record = RecordFile.read(file);
        try {
            return record.isEmpty()
                    ? Collections.unmodifiableSortedMap(new TreeMap<>())
                    : Collections.unmodifiableSortedMap(NameRecord.read(record.get()));
        } catch (DocumentException e) {
            throw new DamagedRecord(file, e);
        }
    }

    /** @param root the digest of its manifest or index */
    public Optional<StoredImage> find(Digest root) throws IOException {
        return read(path(root));
    }

    static Optional<StoredImage> read(Path file) throws IOException {
        Optional<byte[]> record = RecordFile.read(file);
        try {
            return record.isEmpty() ? Optional.empty() : Optional.of(ImageRecord.read(record.get()));
        } catch (DocumentException e) {
            throw new DamagedRecord(file, e);
        }
    }

    /** What is known of an image that is brought: nothing when its record is damaged, which is written anew then. */
    public Optional<StoredImage> readable(Digest root) throws IOException {
        try {
            return find(root);
        } catch (DamagedRecord e) {
            return Optional.empty();
        }
    }

    /**
     * Says that an image is used now. Its record's own time says it: one system call, and nothing that waits for the disk. A record is
     * written when the image comes or is pushed, and rarely else; that counts as a use, too.
     */
    public void use(Digest root) throws IOException {
        try {
            Files.setLastModifiedTime(path(root), FileTime.from(Instant.now()));
        } catch (NoSuchFileException e) {
            return; // it has gone meanwhile
        }
    }

    /** When an image was last used, or else came; empty when there is none. */
    public Optional<Instant> lastUsed(Digest root) throws IOException {
        try {
            return Optional.of(Files.getLastModifiedTime(path(root)).toInstant());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    Path path(Digest root) {
        return directory.images().resolve(root.encoded());
    }

    /** Also those that were dropped, and those without a name; in no order. */
    public List<StoredImage> all() throws IOException {
        List<StoredImage> all = new ArrayList<>();
        for (Digest root : roots()) {
            find(root).ifPresent(all::add);
        }
        return all;
    }

    /** The digests of {@link #all}, without reading the records. */
    public List<Digest> roots() throws IOException {
        return StoreDirectory.names(directory.images()).stream()
                .map(name -> Digest.parse((name.length() == 64 ? "sha256:" : "sha512:") + name))
                .flatMap(Optional::stream)
                .toList();
    }

    /** A change of the records that nobody else sees half of. */
    public interface Change<T> {
        T make(Editing records) throws IOException;
    }

    /** One at a time, in all processes. */
    public <T> T change(Change<T> change) throws IOException {
        try (HeldLock held = HeldLock.take(directory.recordsLock(), Flock.Kind.EXCLUSIVE)) {
            return change.make(new Editing());
        } catch (IOException e) {
            throw StorageFailure.explained(e, directory.root());
        }
    }

    /** What may be changed within one {@link #change}; each is on the disk when it returns. */
    public final class Editing {
        private Editing() {}

        public Images images() {
            return Images.this;
        }

        /** Keeps its record, with what is known of it from before. */
        public StoredImage store(StoredImage image) throws IOException {
            Optional<StoredImage> before = readable(image.root().digest());
            StoredImage now = before.isPresent() ? image.and(before.get()) : image;
            if (before.isEmpty() || !before.get().equals(now)) {
                write(now);
            }
            return now;
        }

        /** In the place of what is known of it. */
        public void write(StoredImage image) throws IOException {
            RecordFile.write(path(image.root().digest()), ImageRecord.write(image));
        }

        /** Whatever it stood for, the name now stands for that one. False when it did already. */
        public boolean name(Reference reference, Digest root) throws IOException {
            SortedMap<String, Digest> names = new TreeMap<>(names());
            boolean changed = !root.equals(names.put(key(reference), root));
            if (changed) {
                write(names);
            }
            return changed;
        }

        /** False when there is no such name. */
        public boolean unname(Reference reference) throws IOException {
            SortedMap<String, Digest> names = new TreeMap<>(names());
            boolean there = names.remove(key(reference)) != null;
            if (there) {
                write(names);
            }
            return there;
        }

        /** Of all records this one cannot be made anew of anything else; so there are two of it. */
        private void write(SortedMap<String, Digest> names) throws IOException {
            byte[] bytes = NameRecord.write(names);
            RecordFile.write(directory.names(), bytes);
            try {
                RecordFile.writeUnsynced(directory.namesCopy(), bytes);
            } catch (IOException e) {
                // The names are given, whatever becomes of the copy. One that is missing is made by a repair, one that
                // is old misleads it.
                Files.deleteIfExists(directory.namesCopy());
            }
        }

        /** It is an image no more; what it was made of is left to the next collection. */
        public void remove(Digest root) throws IOException {
            try (Fd images = Open.absolute(directory.images().toString(), Open.How.directory())) {
                Names.remove(images, root.encoded());
                Names.sync(images);
            }
        }
    }

    /** What a name is kept as. */
    public static String key(Reference reference) {
        return reference.repository() + ":" + reference.tag().orElse("latest");
    }
}

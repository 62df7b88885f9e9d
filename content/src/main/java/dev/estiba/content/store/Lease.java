package dev.estiba.content.store;

import dev.estiba.linux.Directory;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.Flock;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * What somebody who is at work needs, so that a collection beside him leaves it alone: a file of digests, locked as long as he lives.
 * After {@link #protect} has returned, what is there stays there. Safe for several threads.
 */
public final class Lease implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int MOST = 1 << 20;

    private final StoreDirectory store;
    private final String name;
    private final Fd file;
    private final Set<Digest> known = new HashSet<>();

    private Lease(StoreDirectory store, String name, Fd file) {
        this.store = store;
        this.name = name;
        this.file = file;
    }

    static Lease begin(StoreDirectory store) throws IOException {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        String name = HexFormat.of().formatHex(random);
        // Under the lock: who collects finds it locked, or not at all.
        try (HeldLock held = HeldLock.take(store.lock(), Flock.Kind.SHARED)) {
            Fd file = Open.absolute(store.leases().resolve(name).toString(), Open.How.creating(0600));
            boolean begun = false;
            try {
                begun = Flock.tryLock(file, Flock.Kind.EXCLUSIVE);
                if (!begun) {
                    throw new IOException("the new lease " + name + " is locked by somebody else");
                }
                return new Lease(store, name, file);
            } finally {
                if (!begun) {
                    file.close();
                }
            }
        } catch (IOException e) {
            throw StorageFailure.explained(e, store.root());
        }
    }

    /** Of a blob, a layer, or an image. */
    public synchronized void protect(Digest digest) throws IOException {
        if (known.contains(digest)) {
            return;
        }
        try (HeldLock held = HeldLock.take(store.lock(), Flock.Kind.SHARED)) {
            // A line's end before it as well: a full disk may have torn the one before.
            FileBytes.writeAll(file, ("\n" + digest + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        known.add(digest);
    }

    @Override
    public void close() throws IOException {
        try (file;
                Fd directory = Open.absolute(store.leases().toString(), Open.How.directory())) {
            Names.remove(directory, name);
        } catch (IOException e) {
            throw StorageFailure.explained(e, store.root());
        }
    }

    /**
     * What all who live have said, and those who do not are swept away. Under the exclusive lock.
     *
     * @param but who does not count
     */
    static Set<Digest> living(StoreDirectory store, Optional<Lease> but) throws IOException {
        Set<Digest> all = new HashSet<>();
        try (Fd directory = Open.absolute(store.leases().toString(), Open.How.directory())) {
            for (Directory.Entry entry : Directory.list(directory, MOST)) {
                if (but.isPresent() && but.get().name.equals(entry.name())) {
                    continue;
                }
                Path path = store.leases().resolve(entry.name());
                if (isDead(path)) {
                    Names.remove(directory, entry.name());
                } else {
                    read(path, all);
                }
            }
        }
        return all;
    }

    private static boolean isDead(Path path) throws IOException {
        try (Fd file = Open.absolute(path.toString(), Open.How.reading())) {
            return Flock.tryLock(file, Flock.Kind.EXCLUSIVE);
        } catch (dev.estiba.linux.ErrnoException e) {
            if (e.is(dev.estiba.linux.number.Errno.ENOENT)) {
                return true; // it has just ended
            }
            throw e;
        }
    }

    private static void read(Path path, Set<Digest> all) throws IOException {
        try {
            Files.readString(path, StandardCharsets.US_ASCII)
                    .lines()
                    .map(Digest::parse)
                    .flatMap(Optional::stream)
                    .forEach(all::add);
        } catch (NoSuchFileException e) {
            return; // it has just ended
        }
    }
}

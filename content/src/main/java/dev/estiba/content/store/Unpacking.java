package dev.estiba.content.store;

import dev.estiba.linux.Directory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Flock;
import dev.estiba.linux.Open;
import dev.estiba.linux.RemoveTree;
import dev.estiba.linux.Sync;
import dev.estiba.linux.number.Errno;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A layer on its way in: a directory that nobody else, in no process, has while this is open. It gets its name by {@link
 * Intake#commit}; until then, or when this is closed before, it is rubbish.
 */
public final class Unpacking implements AutoCloseable {
    static final String TREE = "tree";
    static final String RECORD = "layer";

    private final StoreDirectory store;
    private final Digest diffId;
    private final Fd home;
    private final Fd tree;
    private boolean complete;
    private boolean named;

    private Unpacking(StoreDirectory store, Digest diffId, Fd home, Fd tree) {
        this.store = store;
        this.diffId = diffId;
        this.home = home;
        this.tree = tree;
    }

    /** @return empty when somebody else is at it */
    static Optional<Unpacking> tryBegin(StoreDirectory store, Digest diffId) throws IOException {
        Path path = store.unpacking(diffId);
        try (Fd parent = Open.absolute(store.unpackings().toString(), Open.How.directory())) {
            Directory.make(parent, diffId.encoded(), 0700);
            Optional<Fd> found = open(parent, diffId.encoded());
            if (found.isEmpty()) {
                return Optional.empty();
            }
            Fd home = found.get();
            boolean begun = false;
            try {
                if (!Flock.tryLock(home, Flock.Kind.EXCLUSIVE) || !Flock.isNamed(home, path)) {
                    return Optional.empty();
                }
                RemoveTree.remove(home, TREE); // of somebody who was killed
                RemoveTree.remove(home, RECORD);
                Directory.make(home, TREE, 0755);
                Fd tree = Open.at(home, TREE, Open.How.directory().with(Open.noFollowFlag()));
                begun = true;
                return Optional.of(new Unpacking(store, diffId, home, tree));
            } finally {
                if (!begun) {
                    home.close();
                }
            }
        }
    }

    /** Empty when whoever was at it has ended in this moment, and taken it along. */
    private static Optional<Fd> open(Fd parent, String name) throws IOException {
        try {
            return Optional.of(Open.at(parent, name, Open.How.directory().with(Open.noFollowFlag())));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    public Digest diffId() {
        return diffId;
    }

    /** What the layer is unpacked into: empty, mode 0755, the caller's user's. It stays this object's. */
    public Fd tree() {
        return tree;
    }

    /** All is there. */
    public void complete(Layers.Size unpacked) throws IOException {
        RecordFile.writeUnsynced(Path.of(home.procPath()).resolve(RECORD), unpacked.json());
        complete = true;
    }

    boolean isComplete() {
        return complete;
    }

    /** All of it is on the disk; by a file that was open before anything was written, see {@link Intake}. */
    void sync() throws IOException {
        Sync.fileSystem(home);
    }

    /** Gives it its name; all of it is on the disk already. */
    void name() throws IOException {
        try (Fd from = Open.absolute(store.unpackings().toString(), Open.How.directory());
                Fd to = Open.absolute(store.layers().toString(), Open.How.directory())) {
            dev.estiba.linux.Names.rename(from, diffId.encoded(), to, diffId.encoded());
        }
        named = true;
    }

    @Override
    public void close() throws IOException {
        tree.close();
        try (home) {
            if (!named) {
                try (Fd parent = Open.absolute(store.unpackings().toString(), Open.How.directory())) {
                    RemoveTree.remove(parent, diffId.encoded());
                }
            }
        }
    }
}

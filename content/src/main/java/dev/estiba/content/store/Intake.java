package dev.estiba.content.store;

import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.linux.Sync;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What comes in together: blobs and layers that are written side by side, and get their names when all that was written is on the
 * disk, by one syncfs(2) for all. So nothing that has a name is ever without its bytes after a power cut. Safe for several
 * threads.
 *
 * <p>Who waits for what somebody else brings in holds nothing meanwhile: {@code try…} never waits, and {@link #commit} lets go of
 * everything. So no two wait for each other.
 */
public final class Intake implements AutoCloseable {
    private final StoreDirectory store;
    private final Lease lease;
    private final List<Ingest> ingests = new ArrayList<>();
    private final List<Unpacking> unpackings = new ArrayList<>();
    /** Open before anything is written: Linux tells of a lost write once, and to those who had a file open (syncfs(2), errseq_t). */
    private @Nullable Fd root;

    Intake(StoreDirectory store, Lease lease) {
        this.store = store;
        this.lease = lease;
    }

    /**
     * @param size in bytes
     * @return empty when somebody else is at it, or it is there meanwhile; it belongs to this object
     */
    public Optional<Ingest> tryIngest(Digest digest, long size) throws IOException {
        lease.protect(digest);
        openRoot();
        Optional<Ingest> begun = Ingest.tryBegin(store, digest, size);
        if (begun.isPresent() && new Blobs(store).has(digest)) { // who had it has just ended
            begun.get().remove();
            return Optional.empty();
        }
        begun.ifPresent(this::add);
        return begun;
    }

    /**
     * The same for one that is here and damaged: {@link #commit} puts it in its place. Who reads the damaged one reads it to its end.
     *
     * @return empty when somebody else is at it
     */
    public Optional<Ingest> tryReplace(Digest digest, long size) throws IOException {
        lease.protect(digest);
        openRoot();
        Optional<Ingest> begun = Ingest.tryBegin(store, digest, size);
        begun.ifPresent(this::add);
        return begun;
    }

    private synchronized Fd openRoot() throws IOException {
        Fd open = root;
        if (open == null) {
            open = Open.absolute(store.root().toString(), Open.How.directory());
            root = open;
        }
        return open;
    }

    private synchronized void add(Ingest ingest) {
        ingests.add(ingest);
    }

    /** @return empty when somebody else is at it, or it is there meanwhile; it belongs to this object */
    public Optional<Unpacking> tryUnpack(Digest diffId) throws IOException {
        lease.protect(diffId);
        openRoot();
        Optional<Unpacking> begun = Unpacking.tryBegin(store, diffId);
        if (begun.isPresent() && new Layers(store).has(diffId)) { // who had it has just ended
            begun.get().close();
            return Optional.empty();
        }
        begun.ifPresent(this::add);
        return begun;
    }

    private synchronized void add(Unpacking unpacking) {
        unpackings.add(unpacking);
    }

    /** A document of few bytes. */
    public void put(Digest digest, byte[] bytes) throws IOException {
        lease.protect(digest);
        while (!new Blobs(store).has(digest)) {
            Optional<Ingest> ingest = tryIngest(digest, bytes.length);
            if (ingest.isPresent()) {
                if (ingest.get().isResumed()) { // of what a crash has left nothing is needed here
                    discard(ingest.get());
                    continue;
                }
                ingest.get().write(bytes, 0, bytes.length);
                ingest.get().complete();
                return;
            }
            if (isMine(digest)) {
                return;
            }
            Waiting.moment();
        }
    }

    private synchronized boolean isMine(Digest digest) {
        return ingests.stream().anyMatch(each -> each.digest().equals(digest));
    }

    /** Throws away what has come of it: its beginning, left by an earlier one, was none of it. */
    public synchronized void discard(Ingest ingest) throws IOException {
        ingests.remove(ingest);
        ingest.remove();
    }

    public synchronized void drop(Unpacking unpacking) throws IOException {
        unpackings.remove(unpacking);
        unpacking.close();
    }

    /** Gives names to all that is complete. What is not is let go of as well, and has none. */
    public synchronized void commit() throws IOException {
        if (ingests.stream().anyMatch(Ingest::isComplete) || unpackings.stream().anyMatch(Unpacking::isComplete)) {
            Sync.fileSystem(openRoot());
            for (Ingest ingest : ingests) {
                if (ingest.isComplete()) {
                    ingest.name(store);
                }
            }
            for (Unpacking unpacking : unpackings) {
                if (unpacking.isComplete()) {
                    unpacking.name();
                }
            }
            for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
                StoreDirectory.syncDirectory(store.blobs(algorithm));
            }
            StoreDirectory.syncDirectory(store.layers());
        }
        close();
    }

    /** Without a commit before, what was begun gets no name; blobs' beginnings stay for the next one. */
    @Override
    public synchronized void close() throws IOException {
        Closing closing = new Closing();
        ingests.forEach(closing::close);
        unpackings.forEach(closing::close);
        ingests.clear();
        unpackings.clear();
        Fd open = root;
        root = null;
        if (open != null) {
            open.close();
        }
        closing.end();
    }
}

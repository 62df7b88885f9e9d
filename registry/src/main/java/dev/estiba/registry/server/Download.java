package dev.estiba.registry.server;

import dev.estiba.content.store.Ingest;
import dev.estiba.content.store.Intake;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.Waiting;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.oci.image.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A blob that is brought from the upstream once, and given to all who ask for it while it comes. Its last byte leaves when all of it is
 * known to be what its digest names: who is given something else sees the connection break off. Safe for all threads.
 */
final class Download implements Arrival {
    private static final int CHUNK = 128 << 10;

    private final Descriptor descriptor;
    private final CompletableFuture<Boolean> begun = new CompletableFuture<>();
    private final List<Waiter> waiters = new ArrayList<>();
    private Optional<FileChannel> file = Optional.empty();
    private int users;
    private long there;
    private boolean isBroken;

    private record Waiter(long more, Runnable then) {}

    Download(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /** Brings it, and returns when it is in the store. */
    void bring(ImageSource source, Store store, Lease lease) throws IOException {
        lease.protect(descriptor.digest());
        while (!store.blobs().has(descriptor.digest())) {
            try (Intake intake = store.intake(lease)) {
                Optional<Ingest> ingest = intake.tryIngest(descriptor.digest(), descriptor.size());
                if (ingest.isPresent()) {
                    write(source, ingest.get());
                    intake.commit();
                    return;
                }
            }
            Waiting.moment(); // another process is at it
        }
    }

    private void write(ImageSource source, Ingest ingest) throws IOException {
        try (InputStream in = source.blob(descriptor, ingest.offset())) {
            open(ingest.open());
            byte[] buffer = new byte[CHUNK];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                ingest.write(buffer, 0, n);
                come(Math.min(ingest.offset(), descriptor.size() - 1));
            }
        }
        ingest.complete();
        come(descriptor.size());
    }

    private synchronized void open(FileChannel channel) {
        file = Optional.of(channel);
        users = 1;
        begun.complete(true);
    }

    private void come(long now) {
        List<Runnable> woken = new ArrayList<>();
        synchronized (this) {
            there = now;
            for (Iterator<Waiter> each = waiters.iterator(); each.hasNext(); ) {
                Waiter waiter = each.next();
                if (isBroken || waiter.more < there) {
                    each.remove();
                    woken.add(waiter.then);
                }
            }
        }
        woken.forEach(Runnable::run);
    }

    void fail(Exception why) {
        synchronized (this) {
            isBroken = true;
        }
        begun.completeExceptionally(why);
        come(there());
    }

    /** It is in the repository, or will never be. */
    void end() {
        begun.complete(false);
        Optional<FileChannel> opened = opened();
        if (opened.isPresent()) {
            try {
                release(opened.get());
            } catch (IOException e) {
                System.getLogger(RegistryServer.class.getName())
                        .log(System.Logger.Level.WARNING, "a file could not be closed", e);
            }
        }
    }

    private synchronized Optional<FileChannel> opened() {
        return file;
    }

    /** Waits until the upstream gives it; throws what it has said instead. */
    void awaitBegun() throws IOException {
        try {
            begun.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException known) {
                throw known;
            }
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while waiting for " + descriptor.digest());
        }
    }

    /** All of it, as it comes; empty when it has ended. */
    synchronized Optional<Reply.Part> part() {
        if (users == 0) {
            return Optional.empty();
        }
        users++;
        return Optional.of(new Reply.Part(file.orElseThrow(), 0, descriptor.size(), this));
    }

    @Override
    public synchronized long there() {
        return there;
    }

    @Override
    public synchronized boolean isBroken() {
        return isBroken;
    }

    @Override
    public void await(long more, Runnable then) {
        synchronized (this) {
            if (there <= more && !isBroken) {
                waiters.add(new Waiter(more, then));
                return;
            }
        }
        then.run();
    }

    @Override
    public void release(FileChannel shared) throws IOException {
        synchronized (this) {
            users--;
            if (users > 0) {
                return;
            }
        }
        shared.close();
    }
}

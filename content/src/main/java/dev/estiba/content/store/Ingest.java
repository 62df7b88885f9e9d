package dev.estiba.content.store;

import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Flock;
import dev.estiba.linux.Open;
import dev.estiba.linux.Sync;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A blob on its way in: what has come of it is in a file, which whoever goes on with it later begins with, be it after a
 * {@code kill -9}. One writes, any number follow; nobody else, in no process, has it while this is open. It gets its name by
 * {@link Intake#commit}.
 */
public final class Ingest implements AutoCloseable {
    private static final int CHUNK = 256 << 10;
    /** After so many bytes the disk begins to write. */
    private static final long STRETCH = 8 << 20;

    private final Path file;
    private final Digest digest;
    private final long size;
    private final Fd lock;
    private final FileChannel channel;
    private final MessageDigest hash;
    private final long resumed;
    private long written;
    private long begun;
    private boolean complete;
    private @Nullable IOException failure;

    private Ingest(Path file, Digest digest, long size, Fd lock, FileChannel channel) throws IOException {
        this.file = file;
        this.digest = digest;
        this.size = size;
        this.lock = lock;
        this.channel = channel;
        this.hash = digest.algorithm().hash();
        resumed = take(Math.min(channel.size(), size));
        written = resumed;
        begun = resumed;
    }

    /**
     * @param size in bytes, as the descriptor has it
     * @return empty when somebody else is at it
     */
    static Optional<Ingest> tryBegin(StoreDirectory store, Digest digest, long size) throws IOException {
        Path file = store.ingest(digest);
        Fd lock = Open.absolute(
                file.toString(), new Open.How(Open.READ_WRITE | Open.CREATE | Open.noFollowFlag(), 0600, 0));
        boolean begun = false;
        try {
            if (!Flock.tryLock(lock, Flock.Kind.EXCLUSIVE) || !Flock.isNamed(lock, file)) {
                return Optional.empty();
            }
            FileChannel channel =
                    FileChannel.open(Path.of(lock.procPath()), StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                Optional<Ingest> ingest = Optional.of(new Ingest(file, digest, size, lock, channel));
                begun = true;
                return ingest;
            } finally {
                if (!begun) {
                    channel.close();
                }
            }
        } finally {
            if (!begun) {
                lock.close();
            }
        }
    }

    /** What is there is hashed again: of what a crash has left nothing is believed. */
    private long take(long there) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        long at = 0;
        while (at < there) {
            buffer.clear().limit((int) Math.min(CHUNK, there - at));
            int n = channel.read(buffer, at);
            if (n <= 0) {
                break;
            }
            hash.update(buffer.array(), 0, n);
            at += n;
        }
        channel.truncate(at);
        return at;
    }

    public Digest digest() {
        return digest;
    }

    /** From which byte on it is to be brought. */
    public synchronized long offset() {
        return written;
    }

    /** Whether what an earlier one has left is part of it. */
    public boolean isResumed() {
        return resumed > 0;
    }

    /** @throws ContentMismatch when it is more than its size */
    public void write(byte[] bytes, int offset, int length) throws IOException {
        long at = offset();
        if (length > size - at) {
            throw ContentMismatch.longer(digest, size);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
            try {
                at += channel.write(buffer, at);
            } catch (ClosedByInterruptException e) {
                throw e;
            } catch (IOException e) {
                throw new WriteFailure(file, digest, size, at, e);
            }
        }
        hash.update(bytes, offset, length);
        if (at - begun >= STRETCH || at == size) {
            Sync.begin(lock, begun, at - begun);
            begun = at;
        }
        synchronized (this) {
            written = at;
            notifyAll();
        }
    }

    /**
     * All has come.
     *
     * @throws ContentMismatch when it is not what the digest names; it has been thrown away then
     */
    public void complete() throws IOException {
        long all = offset();
        if (all != size) {
            throw ContentMismatch.size(digest, size, all);
        }
        Digest found = Digest.of(digest.algorithm(), hash);
        if (!found.equals(digest)) {
            throw thrownAway(ContentMismatch.digest(digest, found));
        }
        synchronized (this) {
            complete = true;
            notifyAll();
        }
    }

    private ContentMismatch thrownAway(ContentMismatch why) throws IOException {
        fail(why);
        Files.deleteIfExists(file);
        return why;
    }

    /** Nobody wants what has come of it. */
    void remove() throws IOException {
        Files.deleteIfExists(file);
        close();
    }

    /** Whether all has come, and is what the digest names. */
    public synchronized boolean isComplete() {
        return complete;
    }

    /** Whether it still comes: it has neither all come nor failed. */
    public synchronized boolean isComing() {
        return !complete && failure == null;
    }

    /** Who follows is to wait no longer; nothing happens when it is complete. */
    public synchronized void fail(IOException why) {
        if (failure == null) {
            failure = why;
            notifyAll();
        }
    }

    /**
     * The blob's bytes as they come. A read that must wait ends when its thread is interrupted, and fails when the ingest does.
     * What has been read is unverified until {@link #complete}.
     */
    public InputStream follow() {
        return new Following();
    }

    /** The file of what has come, up to {@link #offset}; it is the caller's, and stays so when this is closed. */
    public FileChannel open() throws IOException {
        return FileChannel.open(Path.of(lock.procPath()), StandardOpenOption.READ);
    }

    /** Gives it its name; its bytes are on the disk already. */
    void name(StoreDirectory store) throws IOException {
        file.toFile().setReadOnly();
        Files.move(file, store.blob(digest), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    /** What has come of it stays, for the next one. */
    @Override
    public void close() throws IOException {
        fail(new IOException("the download of " + digest + " has ended"));
        try {
            channel.close();
        } finally {
            lock.close();
        }
    }

    /** Until there is something after that byte; -1: there never will be. */
    private synchronized long awaitAfter(long at) throws IOException {
        while (written <= at) {
            if (failure != null && !complete) {
                throw new IOException(failure.getMessage(), failure);
            }
            if (complete || written == size) {
                return -1;
            }
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new java.io.InterruptedIOException("interrupted while waiting for " + digest);
            }
        }
        return written;
    }

    private final class Following extends InputStream {
        private long at;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            long there = awaitAfter(at);
            if (there < 0) {
                return -1;
            }
            int n = channel.read(ByteBuffer.wrap(bytes, offset, (int) Math.min(length, there - at)), at);
            if (n > 0) {
                at += n;
            }
            return n;
        }
    }
}

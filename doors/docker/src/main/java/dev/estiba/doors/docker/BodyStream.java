package dev.estiba.doors.docker;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The body of a request that a thread reads while it comes. The connection is read on when the pieces that have come are taken, so a
 * client cannot fill the memory.
 */
final class BodyStream extends InputStream {
    private final Runnable readOn;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition come = lock.newCondition();

    // All guarded by the lock, but for what only the reader has.
    private final Deque<byte[]> pieces = new ArrayDeque<>();
    private boolean isEnded;
    private Optional<IOException> failure = Optional.empty();

    private byte[] piece = new byte[0]; // the reader's
    private int at;

    /** @param readOn called by the reader's thread when the next piece is wanted */
    BodyStream(Runnable readOn) {
        this.readOn = readOn;
    }

    void offer(byte[] bytes) {
        lock.lock();
        try {
            pieces.add(bytes);
            come.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            isEnded = true;
            come.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What comes after it is never read. */
    void fail(IOException why) {
        lock.lock();
        try {
            if (!isEnded && failure.isEmpty()) {
                failure = Optional.of(why);
            }
            come.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isEnded() {
        lock.lock();
        try {
            return isEnded;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        return take() ? piece[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] to, int offset, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        if (!take()) {
            return -1;
        }
        int part = Math.min(count, piece.length - at);
        System.arraycopy(piece, at, to, offset, part);
        at += part;
        return part;
    }

    /** Makes sure that the piece has something; false at the end. */
    private boolean take() throws IOException {
        while (at == piece.length) {
            lock.lock();
            try {
                awaitPiece();
                if (failure.isPresent()) {
                    throw new IOException(failure.get().getMessage(), failure.get());
                }
                if (pieces.isEmpty()) {
                    return false;
                }
                piece = pieces.remove();
                at = 0;
            } finally {
                lock.unlock();
            }
            readOn.run();
        }
        return true;
    }

    private void awaitPiece() throws IOException {
        try {
            while (pieces.isEmpty() && !isEnded && failure.isEmpty()) {
                come.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while reading a body");
            interrupted.initCause(e);
            throw interrupted;
        }
    }
}

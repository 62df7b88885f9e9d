package dev.estiba.content.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Between the thread that decompresses and the one that writes: as many bytes as there are buffers, which go round. Either side's
 * end ends the other's waiting.
 */
final class Exchange {
    /** Two megabytes for each layer: six of them at once stay small in a heap of 96. */
    static final int BUFFER = 256 << 10;

    private static final int BUFFERS = 8;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<byte[]> empty = new ArrayDeque<>();
    private final Deque<Part> full = new ArrayDeque<>();
    private final Input input = new Input();
    private int made;
    private boolean hasEnded;
    private boolean isRefused;
    private @Nullable IOException failure;

    private record Part(byte[] bytes, int count) {}

    /** A buffer to fill; empty when nobody reads any more. */
    Optional<byte[]> take() throws InterruptedException {
        // Not only when there is something to wait for.
        lock.lockInterruptibly();
        try {
            while (!isRefused && empty.isEmpty() && made == BUFFERS) {
                changed.await();
            }
            if (isRefused) {
                return Optional.empty();
            }
            byte[] next = empty.poll();
            if (next == null) {
                made++;
                next = new byte[BUFFER];
            }
            return Optional.of(next);
        } finally {
            lock.unlock();
        }
    }

    /** Hands on a buffer that was taken. */
    void put(byte[] buffer, int count) {
        lock.lock();
        try {
            full.add(new Part(buffer, count));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** There is no more. */
    void end() {
        finish(null);
    }

    /** There will be no more, because of that; the reader is told when it has read what came before. */
    void fail(IOException why) {
        finish(why);
    }

    private void finish(@Nullable IOException why) {
        lock.lock();
        try {
            hasEnded = true;
            failure = why;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nobody reads any more. */
    void refuse() {
        lock.lock();
        try {
            isRefused = true;
            full.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The reader's side. */
    InputStream input() {
        return input;
    }

    private final class Input extends InputStream {
        private byte[] bytes = new byte[0];
        private int at;
        private int count;

        @Override
        public int read() throws IOException {
            return at < count || advance() ? bytes[at++] & 0xff : -1;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            Objects.checkFromIndexSize(from, length, into.length);
            if (length == 0) {
                return 0;
            }
            if (at == count && !advance()) {
                return -1;
            }
            int part = Math.min(length, count - at);
            System.arraycopy(bytes, at, into, from, part);
            at += part;
            return part;
        }

        private boolean advance() throws IOException {
            lock.lock();
            try {
                if (bytes.length > 0) {
                    empty.add(bytes);
                    bytes = new byte[0];
                    changed.signalAll();
                }
                at = 0;
                count = 0;
                while (full.isEmpty() && !hasEnded) {
                    changed.await();
                }
                Part next = full.poll();
                if (next != null) {
                    bytes = next.bytes();
                    count = next.count();
                    return true;
                }
                if (failure != null) {
                    throw failure;
                }
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                IOException told = new java.io.InterruptedIOException("unpacking was interrupted");
                told.initCause(e);
                throw told;
            } finally {
                lock.unlock();
            }
        }
    }
}

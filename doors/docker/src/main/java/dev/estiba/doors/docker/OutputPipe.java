package dev.estiba.doors.docker;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * What a thread writes to a client. It waits when the client does not read: at most {@link #MOST} bytes wait here, and about as many
 * in the connection. What is written in small pieces goes together when the connection's thread gets to it, and at once when that
 * has nothing else to do, so that nobody has to flush. Safe for all threads.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the connection, which is heard of
final class OutputPipe extends OutputStream {
    static final int MOST = 64 << 10;
    private static final int FIRST = 1 << 10;

    private final Channel channel;
    private final Function<ByteBuf, Object> framing;
    private final Runnable atEnd;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();

    // All guarded by the lock.
    private byte[] waiting = new byte[0];
    private int length;
    private boolean isScheduled;
    private boolean isEnding;
    private boolean isOver;

    /**
     * @param framing what the connection sends for some bytes, which it takes over
     * @param atEnd run by the connection's thread when all has been given to it after {@link #close}
     */
    OutputPipe(Channel channel, Function<ByteBuf, Object> framing, Runnable atEnd) {
        this.channel = channel;
        this.framing = framing;
        this.atEnd = atEnd;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    /** @throws ClientGone when nobody reads any more */
    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        int at = offset;
        int end = offset + count;
        lock.lock();
        try {
            while (at < end) {
                awaitRoom();
                int part = Math.min(end - at, MOST - length);
                append(bytes, at, part);
                at += part;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Writes all of it or, when the client is slow or has gone, nothing. */
    boolean offer(byte[] bytes) {
        lock.lock();
        try {
            if (isOver || isEnding || length + bytes.length > MOST) {
                return false;
            }
            append(bytes, 0, bytes.length);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void append(byte[] bytes, int offset, int count) {
        if (waiting.length < length + count) {
            int wanted = Math.max(Math.max(FIRST, length + count), Math.min(MOST, waiting.length * 2));
            waiting = Arrays.copyOf(waiting, wanted);
        }
        System.arraycopy(bytes, offset, waiting, length, count);
        length += count;
        schedule();
    }

    private void awaitRoom() throws IOException {
        while (length >= MOST && !isOver) {
            try {
                room.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                InterruptedIOException interrupted =
                        new InterruptedIOException("interrupted while the client does not read");
                interrupted.initCause(e);
                throw interrupted;
            }
        }
        if (isOver || isEnding) {
            throw new ClientGone();
        }
    }

    private void schedule() {
        if (!isScheduled) {
            isScheduled = true;
            channel.eventLoop().execute(this::drain);
        }
    }

    /** Gives the connection what it takes. Of the connection's thread, also when it takes something again. */
    void drain() {
        byte[] bytes = new byte[0];
        int count = 0;
        boolean last;
        lock.lock();
        try {
            isScheduled = false;
            if (isOver) {
                return;
            }
            if (length > 0 && channel.isWritable()) {
                bytes = waiting;
                count = length;
                waiting = new byte[0];
                length = 0;
                room.signalAll();
            }
            last = isEnding && length == 0;
            isOver = last;
        } finally {
            lock.unlock();
        }
        if (count > 0) {
            channel.writeAndFlush(
                    framing.apply(channel.alloc().buffer(count, count).writeBytes(bytes, 0, count)));
        }
        if (last) {
            atEnd.run();
        }
    }

    /** Nothing more comes. Does not wait for the client. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (!isEnding && !isOver) {
                isEnding = true;
                schedule();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The client has gone: who waits for it hears of that. */
    void cut() {
        lock.lock();
        try {
            isOver = true;
            waiting = new byte[0];
            length = 0;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

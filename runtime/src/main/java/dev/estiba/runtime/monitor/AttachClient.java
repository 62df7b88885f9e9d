package dev.estiba.runtime.monitor;

import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Poll;
import dev.estiba.linux.UnixSocket;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A client of a monitor. One thread reads ({@link #next}) while others send; {@link #close} by any thread ends the reading
 * one's wait. Sending waits while the process does not read what it is sent.
 */
public final class AttachClient implements AutoCloseable {
    /** The most of a process's input that goes into one frame. */
    public static final int CHUNK = 32768;

    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);
    private static final int HELLO = 1;
    private static final int STDIN = 2;
    private static final int STDIN_END = 3;
    private static final int RESIZE = 4;
    private static final int REOPEN_LOG = 5;

    private final UnixSocket socket;
    /** Held by who sends: two frames are never mixed, and the socket is not closed in the middle of one. */
    private final Object sending = new Object();
    /** Held by who reads. */
    private final Object reading = new Object();

    private volatile boolean closed;
    private volatile boolean over;

    /** What a client is told, and tells. */
    public enum Wants {
        STDOUT(1),
        STDERR(2),
        /** It has a stdin for the process. */
        STDIN(4),
        /** The process's end. */
        END(8);

        private final int bit;

        Wants(int bit) {
            this.bit = bit;
        }
    }

    private AttachClient(UnixSocket socket) {
        this.socket = socket;
    }

    /**
     * Attaches to a monitor that runs: what its process writes from here on.
     *
     * @throws ErrnoException ENOENT or ECONNREFUSED when there is none (any more): its exit file says more
     */
    public static AttachClient connect(Path socket, Set<Wants> wants) throws IOException {
        UnixSocket connected = UnixSocket.connect(UnixSocket.Kind.MESSAGES, socket.toString());
        try {
            return over(connected, wants);
        } catch (ErrnoException e) {
            if (e.is(Errno.EPIPE) || e.is(Errno.ECONNRESET)) {
                // It has ended between the two calls: its queue of callers takes them up to its last moment.
                throw new ErrnoException("connect", socket.toString(), Errno.ECONNREFUSED.number());
            }
            throw e;
        }
    }

    /** A client that a monitor is started with: nothing of its process's output is written before it is there. */
    public record Given(AttachClient client, Fd theirs) implements AutoCloseable {
        /** Closes the monitor's end here, not the client. */
        @Override
        public void close() {
            theirs.close();
        }
    }

    /** The two ends of one; the monitor's is closed here when it has been started. */
    public static Given given(Set<Wants> wants) throws IOException {
        UnixSocket.Pair pair = UnixSocket.pair(UnixSocket.Kind.MESSAGES, "a monitor's client");
        boolean there = false;
        try {
            Given given = new Given(over(pair.ours(), wants), pair.theirs().fd());
            there = true;
            return given;
        } finally {
            if (!there) {
                pair.close();
            }
        }
    }

    private static AttachClient over(UnixSocket socket, Set<Wants> wants) throws IOException {
        int bits = 0;
        for (Wants each : wants) {
            bits |= each.bit;
        }
        boolean there = false;
        try {
            AttachClient client = new AttachClient(socket);
            client.send(HELLO, body(4).putInt(bits));
            there = true;
            return client;
        } finally {
            if (!there) {
                socket.close();
            }
        }
    }

    /** Everything but a stdin. */
    public static Set<Wants> watching() {
        return EnumSet.of(Wants.STDOUT, Wants.STDERR, Wants.END);
    }

    /** The socket, which stays this object's; it can be read when {@link #next} has something. */
    public Fd fd() {
        return socket.fd();
    }

    /**
     * Waits for what the monitor says next; empty at the end of the connection. An end without an {@link
     * AttachFrame.Exit} before it is that of this client, or of a monitor that was killed.
     */
    public Optional<AttachFrame> next() throws IOException {
        return next(FOR_EVER);
    }

    /** {@link #next()} with a deadline: empty also when the time is over before. */
    public Optional<AttachFrame> next(Duration deadline) throws IOException {
        synchronized (reading) {
            while (!closed) {
                if (!Poll.readable(socket.fd(), deadline) || closed) {
                    return Optional.empty();
                }
                byte[] message = socket.receiveRest(AttachFrame.MOST).bytes();
                if (message.length == 0) {
                    over = true;
                    return Optional.empty();
                }
                AttachFrame frame = AttachFrame.parse(message);
                if (!(frame instanceof AttachFrame.Unknown)) {
                    return Optional.of(frame);
                }
            }
            return Optional.empty();
        }
    }

    /** Whether the connection has come to its end, which is what {@link #next} has answered nothing for. */
    public boolean isOver() {
        return over || closed;
    }

    /**
     * Sends input for the process, and waits while that does not read it.
     *
     * @throws ErrnoException EPIPE when the monitor has gone
     */
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int now = Math.min(CHUNK, length - done);
            send(STDIN, body(now).put(bytes, offset + done, now));
            done += now;
        }
    }

    public void write(byte[] bytes) throws IOException {
        write(bytes, 0, bytes.length);
    }

    /** Closes the process's stdin, behind what was sent. Of a terminal nothing is closed. */
    public void closeInput() throws IOException {
        send(STDIN_END, body(0));
    }

    /** Gives the terminal another size; the answer is an {@link AttachFrame.Done}. */
    public void resize(int rows, int columns) throws IOException {
        send(RESIZE, body(4).putShort((short) rows).putShort((short) columns));
    }

    /** Has the log's file opened anew, when somebody has renamed it; the answer is an {@link AttachFrame.Done}. */
    public void reopenLog() throws IOException {
        send(REOPEN_LOG, body(0));
    }

    private static ByteBuffer body(int length) {
        return ByteBuffer.allocate(AttachFrame.HEAD + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .position(AttachFrame.HEAD);
    }

    private void send(int kind, ByteBuffer frame) throws IOException {
        frame.putShort(0, (short) AttachFrame.VERSION)
                .putShort(2, (short) kind)
                .putInt(4, frame.capacity() - AttachFrame.HEAD);
        synchronized (sending) {
            socket.send(frame.array());
        }
    }

    /** Lets the process go on without this client. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        // Whoever waits in a call with the descriptor is woken up by this, and out of it before the number is free.
        socket.shutdown();
        synchronized (reading) {
            synchronized (sending) {
                socket.close();
            }
        }
    }
}

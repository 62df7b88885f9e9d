package dev.estiba.daemon.forward;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The caller's stdin, which its forwarder reads for us, by as much as we want: nothing before the first read, so that a
 * program that does not read leaves it to whoever comes next.
 */
final class CallerInput extends InputStream {
    private static final int WINDOW = 64 << 10;

    private final Link link;
    private final Deque<byte[]> arrived = new ArrayDeque<>();
    private int at;
    private int wanted;
    private boolean ended;

    CallerInput(Link link) {
        this.link = link;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** Some bytes; -1 at the end, or when another thread closes this. */
    @Override
    public synchronized int read(byte[] to, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (arrived.isEmpty() && !ended) {
            if (wanted < WINDOW / 2) {
                int more = WINDOW - wanted;
                wanted += more;
                link.send(ForwardFrame.Kind.WANT, more);
            }
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return -1;
            }
        }
        if (arrived.isEmpty()) {
            return -1;
        }
        byte[] first = arrived.getFirst();
        int n = Math.min(length, first.length - at);
        System.arraycopy(first, at, to, from, n);
        at += n;
        if (at == first.length) {
            arrived.removeFirst();
            at = 0;
        }
        return n;
    }

    @Override
    public synchronized int available() {
        return arrived.isEmpty() ? 0 : arrived.getFirst().length - at;
    }

    /** What the forwarder has read; nothing is the end. */
    synchronized void take(byte[] bytes) {
        if (bytes.length == 0) {
            ended = true;
        } else if (!ended) {
            wanted -= bytes.length;
            arrived.add(bytes);
        }
        notifyAll();
    }

    @Override
    public synchronized void close() {
        ended = true;
        arrived.clear();
        notifyAll();
    }
}

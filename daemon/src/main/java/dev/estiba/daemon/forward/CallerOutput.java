package dev.estiba.daemon.forward;

import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * The caller's own stdout or stderr, unbuffered. A write may take for ever (a terminal that was stopped, a pipe that
 * nobody reads), also beyond the call's end; so the descriptor is closed by whoever is the last to use it.
 */
final class CallerOutput extends OutputStream {
    private final Fd fd;
    private boolean ended;
    private int writers;

    CallerOutput(Fd fd) {
        this.fd = fd;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        enter();
        try {
            FileBytes.writeAll(fd, Arrays.copyOfRange(bytes, from, from + length));
        } finally {
            leave();
        }
    }

    private synchronized void enter() throws IOException {
        if (ended) {
            throw new IOException("the caller has gone");
        }
        writers++;
    }

    private synchronized void leave() {
        writers--;
        if (ended && writers == 0) {
            fd.close();
        }
    }

    /** Nothing is written any more. */
    synchronized void end() {
        ended = true;
        if (writers == 0) {
            fd.close();
        }
    }

    /** A program's end of its output is its own end: others of its threads may still have something to say. */
    @Override
    public void close() {}
}

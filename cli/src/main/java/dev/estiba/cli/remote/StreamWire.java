package dev.estiba.cli.remote;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Two streams: a program's, or those of a connection with TLS. */
public final class StreamWire implements Wire {
    /** So long after its last use a connection is thought to be open still: nobody can look into a stream. */
    private static final long TRUSTED = Duration.ofSeconds(3).toNanos();

    private final InputStream in;
    private final OutputStream out;
    private final Ending ending;
    private final Closeable all;
    private volatile boolean closed;
    private volatile long used = System.nanoTime();

    /** How a stream's end is told to who reads it. */
    @FunctionalInterface
    public interface Ending {
        void end() throws IOException;
    }

    /** @param all what both belong to */
    public StreamWire(InputStream in, OutputStream out, Ending ending, Closeable all) {
        this.in = in;
        this.out = out;
        this.ending = ending;
        this.all = all;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        int read = in.read(to.array(), to.arrayOffset() + to.position(), to.remaining());
        used = System.nanoTime();
        if (read > 0) {
            to.position(to.position() + read);
        }
        return read;
    }

    @Override
    public void write(ByteBuffer... parts) throws IOException {
        for (ByteBuffer part : parts) {
            out.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
            part.position(part.limit());
        }
        out.flush();
    }

    @Override
    public void endOutput() throws IOException {
        ending.end();
    }

    @Override
    public boolean isStale() {
        try {
            return closed || in.available() > 0 || System.nanoTime() - used > TRUSTED;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() {
        closed = true;
        try {
            all.close();
        } catch (IOException e) {
            return; // closed as far as it can be
        }
    }
}

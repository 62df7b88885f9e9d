package dev.estiba.cli.remote;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A connection to a daemon. One thread reads, another one may write, any may close. */
final class Connection implements AutoCloseable {
    private static final int BUFFER = 32 << 10;
    private static final int LONGEST_LINE = 16 << 10;

    private final Wire wire;
    private final ByteBuffer in = ByteBuffer.allocate(BUFFER).limit(0);

    private Connection(Wire wire) {
        this.wire = wire;
    }

    static Connection open(DaemonAddress address) throws IOException {
        return new Connection(address.connect());
    }

    /** Whether the daemon has closed it, or said something that nobody asked for. */
    boolean isStale() {
        return in.hasRemaining() || wire.isStale();
    }

    void write(ByteBuffer... parts) throws IOException {
        wire.write(parts);
    }

    /** Some bytes, at least one; -1 at the end. */
    int read(byte[] to, int from, int most) throws IOException {
        if (!in.hasRemaining() && !fill()) {
            return -1;
        }
        int length = Math.min(most, in.remaining());
        in.get(to, from, length);
        return length;
    }

    /** All of that many. */
    void readFully(byte[] to, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int read = read(to, done, length - done);
            if (read < 0) {
                throw new EOFException("the daemon has closed the connection");
            }
            done += read;
        }
    }

    private boolean fill() throws IOException {
        int read = wire.read(in.clear());
        in.flip();
        return read > 0;
    }

    /** A line without its end (RFC 9112, section 2.2). */
    String line() throws IOException {
        StringBuilder line = new StringBuilder(80);
        while (true) {
            if (!in.hasRemaining() && !fill()) {
                throw new EOFException("the daemon has closed the connection");
            }
            char c = (char) (in.get() & 0xff);
            if (c == '\n') {
                int length = line.length();
                return length > 0 && line.charAt(length - 1) == '\r' ? line.substring(0, length - 1) : line.toString();
            }
            if (line.length() == LONGEST_LINE) {
                throw new IOException("the daemon's answer has a line of more than " + LONGEST_LINE + " bytes");
            }
            line.append(c);
        }
    }

    static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Nothing more comes from here; what the daemon sends is still read. */
    void endOutput() throws IOException {
        wire.endOutput();
    }

    boolean isOpen() {
        return wire.isOpen();
    }

    @Override
    public void close() {
        wire.close();
    }
}

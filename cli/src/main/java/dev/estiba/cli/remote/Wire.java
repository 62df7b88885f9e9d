package dev.estiba.cli.remote;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Bytes to a daemon and back. One thread reads, another one may write, any may close. */
public interface Wire extends AutoCloseable {
    /** Some bytes, at least one; -1 at the end. */
    int read(ByteBuffer to) throws IOException;

    /** All that is in them. */
    void write(ByteBuffer... parts) throws IOException;

    /** Nothing more comes from here; what the daemon sends is still read. */
    void endOutput() throws IOException;

    /** Whether the daemon has closed it, or said something that nobody asked for, or it cannot be known. */
    boolean isStale();

    boolean isOpen();

    @Override
    void close();
}

package dev.estiba.api;

import java.io.IOException;
import java.util.Optional;

/**
 * A client's end of a container's or an exec's streams. One thread reads, another one may write, any may close; a read
 * that waits ends when it is closed.
 */
public interface Attachment extends AutoCloseable {
    /**
     * Some bytes of output.
     *
     * @param stream where they come from
     * @param bytes the receiver's own
     */
    record Output(OutputStreamName stream, byte[] bytes) {}

    /** Waits for output; empty at the end of the streams and after {@link #close}. */
    Optional<Output> next() throws IOException;

    /** Gives the process input; waits while it does not read. */
    void write(byte[] input) throws IOException;

    /** The process reads the end of its input next. */
    void closeInput() throws IOException;

    /** Detaches; the process goes on. */
    @Override
    void close();
}

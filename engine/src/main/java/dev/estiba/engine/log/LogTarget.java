package dev.estiba.engine.log;

import java.io.IOException;

/** Where somebody else's log is. Used by one thread at a time. */
public interface LogTarget extends AutoCloseable {
    /** @throws IOException when it could not be sent; the same is tried again later */
    void send(LogLine line) throws IOException;

    /**
     * What was sent is there, as far as can be known.
     *
     * @throws IOException when some of it since the last call of this may be lost
     */
    void settle() throws IOException;

    @Override
    void close();
}

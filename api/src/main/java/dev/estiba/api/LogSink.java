package dev.estiba.api;

import java.io.IOException;

/** Where a log goes. */
@FunctionalInterface
public interface LogSink {
    /**
     * Takes the next bytes of the log.
     *
     * @throws IOException to stop it, for example because nobody reads any more
     */
    void write(OutputStreamName stream, byte[] bytes) throws IOException;
}

package dev.estiba.content.transport;

import java.io.IOException;
import java.io.InputStream;

/** A blob's bytes, again and from anywhere on: who sends it may have to begin again. */
@FunctionalInterface
public interface BlobSource {
    /**
     * @param offset in bytes; at its size the stream is empty
     * @return unverified bytes, the caller's to close; read by one thread
     */
    InputStream open(long offset) throws IOException;
}

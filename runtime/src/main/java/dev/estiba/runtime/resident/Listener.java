package dev.estiba.runtime.resident;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A socket that callers connect to; several threads may wait at once.
 *
 * @param <C> a caller's connection
 */
public interface Listener<C extends Closeable> extends Closeable {
    /**
     * Waits for the next caller.
     *
     * @throws java.nio.channels.ClosedChannelException when it is closed, by another thread as well
     */
    C accept() throws IOException;

    /** The name that callers know it by, when it has one in the file system. */
    Optional<Path> name() throws IOException;

    boolean isOpen();
}

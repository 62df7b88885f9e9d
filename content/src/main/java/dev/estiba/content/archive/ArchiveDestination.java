package dev.estiba.content.archive;

import dev.estiba.linux.Fd;
import java.io.IOException;
import java.io.OutputStream;

/** Where an archive is written: to a stream, or to a file that is there whole or not at all. Used by one thread, and once. */
public sealed interface ArchiveDestination extends AutoCloseable permits FileDestination, StreamDestination {
    /** What a person calls it. */
    String name();

    /** Where the bytes go; it stays open. */
    OutputStream out() throws IOException;

    /** All has been written. */
    void commit() throws IOException;

    /** Without {@link #commit} before, a file is as it was. */
    @Override
    void close() throws IOException;

    /**
     * To a stream.
     *
     * @param name what a person calls it
     * @param out which stays open
     */
    static ArchiveDestination stream(String name, OutputStream out) {
        return new StreamDestination(name, out, StreamDestination.AtTheEnd.STAYS_OPEN);
    }

    /**
     * To a file; one that has the name is replaced at the end. A device or a FIFO of the name is written to.
     *
     * @param from where a relative path begins
     * @param path the user's own
     */
    static ArchiveDestination file(Fd from, String path) throws IOException {
        return FileDestination.open(from, path);
    }
}

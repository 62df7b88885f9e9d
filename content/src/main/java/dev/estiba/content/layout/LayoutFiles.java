package dev.estiba.content.layout;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The files of a layout, wherever they are: in a directory or in an archive. Safe for several threads. */
public interface LayoutFiles extends AutoCloseable {
    /** What a person calls the place. */
    String name();

    /**
     * A regular file's size in bytes.
     *
     * @param path from the layout's top, of plain names between slashes
     * @return empty when there is no such file
     * @throws IOException also when it is something else than a file
     */
    Optional<Long> size(String path) throws IOException;

    /**
     * A regular file's bytes.
     *
     * @param offset from which on
     * @return empty when there is no such file; else the caller's to close
     */
    Optional<InputStream> open(String path, long offset) throws IOException;

    @Override
    void close() throws IOException;
}

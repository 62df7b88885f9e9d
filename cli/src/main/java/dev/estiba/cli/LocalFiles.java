package dev.estiba.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/** The caller's files, for who copies them: absolute paths of the caller's, with the caller's rights. */
public interface LocalFiles {
    /** What a name stands for. */
    enum Kind {
        DIRECTORY,
        REGULAR,
        LINK,
        OTHER
    }

    /**
     * What a path stands for; empty when nothing is there.
     *
     * @param follow whether a symbolic link at its end stands for what it leads to, as it does before a slash
     */
    Optional<Kind> kind(String path, boolean follow) throws IOException;

    /** The text of a symbolic link. */
    String readLink(String path) throws IOException;

    /** The path with all its links followed. */
    String resolve(String path) throws IOException;

    /**
     * A file, or a directory with what is in it, as an archive.
     *
     * @param name in the directory; ".": the directory itself
     * @param as what it is called in the archive; empty: its names begin with a slash
     * @param to which is closed
     */
    void pack(String directory, String name, String as, OutputStream to) throws IOException;

    /**
     * Unpacks an archive that the caller does not trust: nothing is written outside of the directory, whatever links are there or come
     * with it. What is made is the caller's.
     *
     * @param from the beginning of its names
     * @param as what comes instead
     */
    void unpack(InputStream archive, String directory, String from, String as) throws IOException;
}

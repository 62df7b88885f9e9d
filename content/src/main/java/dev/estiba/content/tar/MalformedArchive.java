package dev.estiba.content.tar;

import java.io.IOException;

/**
 * An archive that is none, lies, or asks for more than {@link TarLimits} allow. The message reads {@code the tar archive is
 * malformed at byte 1536, entry "etc/passwd": its size is negative}.
 */
public final class MalformedArchive extends IOException {
    private static final long serialVersionUID = 1L;

    private final long offset;
    private final String entry;
    private final String problem;

    /**
     * @param offset of the header at fault, or of the byte that was expected and did not come
     * @param entry its name, printable and quoted; empty when none is known
     * @param problem what is wrong, in words
     */
    MalformedArchive(long offset, String entry, String problem) {
        super("the tar archive is malformed at byte " + offset + (entry.isEmpty() ? "" : ", entry " + entry) + ": "
                + problem);
        this.offset = offset;
        this.entry = entry;
        this.problem = problem;
    }

    /** Where in the archive, in bytes from its beginning. */
    public long offset() {
        return offset;
    }

    /** The name of the entry at fault, printable and quoted; empty when none is known. */
    public String entry() {
        return entry;
    }

    /** What is wrong, without the place. */
    public String problem() {
        return problem;
    }
}

package dev.estiba.content.inspect;

import dev.estiba.content.tar.TarBytes;
import java.util.Comparator;

/**
 * What a layer has done with a name.
 *
 * @param path without a slash at its beginning; empty for the root itself
 * @param bytes that were added, or of what was removed
 */
public record FileChange(Kind kind, TarBytes path, long bytes) {
    static final Comparator<FileChange> LARGEST_FIRST =
            Comparator.comparingLong(FileChange::bytes).reversed().thenComparing(FileChange::path);

    /** What has become of it. */
    public enum Kind {
        ADDED,
        CHANGED,
        REMOVED
    }
}

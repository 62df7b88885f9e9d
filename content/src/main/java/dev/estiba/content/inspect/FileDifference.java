package dev.estiba.content.inspect;

import dev.estiba.content.tar.TarBytes;
import java.util.Comparator;
import java.util.Optional;

/**
 * A name that stands for something else in two images. When a file was written says nothing: who builds an image again writes all anew.
 *
 * @param path without a slash at its beginning
 * @param before empty: it was added
 * @param after empty: it was removed
 */
public record FileDifference(TarBytes path, Optional<FileState> before, Optional<FileState> after) {
    static final Comparator<FileDifference> LARGEST_FIRST =
            Comparator.comparingLong(FileDifference::bytes).reversed().thenComparing(FileDifference::path);

    public FileChange.Kind kind() {
        if (before.isEmpty()) {
            return FileChange.Kind.ADDED;
        }
        return after.isEmpty() ? FileChange.Kind.REMOVED : FileChange.Kind.CHANGED;
    }

    /** What it is now, or what it was when it is no more. */
    public long bytes() {
        return after.or(() -> before).map(FileState::size).orElse(0L);
    }
}

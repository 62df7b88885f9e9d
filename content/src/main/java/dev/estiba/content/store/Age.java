package dev.estiba.content.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;

/** How long something has been left as it is, in a store where others take things away meanwhile. */
final class Age {
    private Age() {}

    /** Whether it is there, and was last changed at that time or earlier; of a link the link itself. */
    static boolean isSince(Path file, Instant time) throws IOException {
        try {
            return !Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                    .toInstant()
                    .isAfter(time);
        } catch (NoSuchFileException e) {
            return false; // it has just gone
        }
    }
}

package dev.estiba.content.transport;

import dev.estiba.oci.image.Platform;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** An index has nothing for a platform. The message begins with Docker's words, and names the platforms that there are. */
public final class NoMatchingPlatform extends IOException {
    private static final long serialVersionUID = 1;

    /** Of an index with hundreds, the first are enough to see what it is. */
    private static final int SHOWN = 20;

    NoMatchingPlatform(String image, Platform wanted, List<Platform> found) {
        super("no matching manifest for " + wanted + " in the manifest list entries: " + image + " has "
                + (found.isEmpty() ? "no platform at all" : names(found) + "; --platform chooses one of them"));
    }

    private static String names(List<Platform> found) {
        String shown =
                found.stream().map(Platform::toString).distinct().limit(SHOWN).collect(Collectors.joining(", "));
        return found.stream().map(Platform::toString).distinct().count() > SHOWN ? shown + ", …" : shown;
    }
}

package dev.estiba.content.compression;

import java.io.IOException;

/** Compressed bytes that are none, or are damaged. The message reads {@code the gzip stream is corrupt at byte 12: …}. */
public final class CorruptStream extends IOException {
    private static final long serialVersionUID = 1;

    CorruptStream(String format, long offset, String problem) {
        super("the " + format + " stream is corrupt at byte " + offset + ": " + problem);
    }
}

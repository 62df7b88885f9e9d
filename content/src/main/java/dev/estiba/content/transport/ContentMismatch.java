package dev.estiba.content.transport;

import dev.estiba.oci.image.Digest;
import java.io.IOException;

/** Some bytes are not what their digest or size says. They are thrown away: nothing was stored under that name. */
public final class ContentMismatch extends IOException {
    private static final long serialVersionUID = 1;

    private ContentMismatch(String message) {
        super(message);
    }

    public static ContentMismatch digest(Digest wanted, Digest found) {
        return new ContentMismatch(wanted + ": what was sent has the digest " + found);
    }

    public static ContentMismatch size(Digest wanted, long size, long found) {
        return new ContentMismatch(wanted + ": what was sent has " + found + " bytes, and " + size + " are its size");
    }

    /** What goes on beyond its size. */
    public static ContentMismatch longer(Digest wanted, long size) {
        return new ContentMismatch(wanted + ": what was sent has more than the " + size + " bytes that are its size");
    }
}

package dev.estiba.content.check;

import dev.estiba.oci.image.Digest;

/** Hears how far a check is. Must not wait. */
public interface CheckListener {
    CheckListener NONE = (kind, digest, done, all) -> {};

    enum Kind {
        BLOB,
        LAYER
    }

    /** @param done how many of that kind have been looked at before this one */
    void at(Kind kind, Digest digest, int done, int all);
}

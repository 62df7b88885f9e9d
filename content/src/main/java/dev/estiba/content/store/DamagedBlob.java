package dev.estiba.content.store;

import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.oci.image.Digest;
import java.io.IOException;

/** A blob of the store is no longer what it was when it was verified: the disk has lost it, or somebody has changed it. */
public final class DamagedBlob extends IOException {
    private static final long serialVersionUID = 1;

    DamagedBlob(Digest digest, ContentMismatch cause) {
        super(
                "blob " + digest + " of the image store is damaged (" + cause.getMessage()
                        + "); 'estiba system check --repair' brings it again",
                cause);
    }
}

package dev.estiba.content.fetch;

import dev.estiba.content.store.Ingest;
import java.io.IOException;
import java.io.InterruptedIOException;

/**
 * A layer cannot be unpacked, and its beginning was left by somebody who has ended, perhaps with a power cut: file systems then leave
 * zeros where bytes were. Whether it is that, or the layer itself, is known when it has been brought from its first byte on.
 */
final class RottenBeginning extends IOException {
    private static final long serialVersionUID = 1;

    RottenBeginning(IOException cause) {
        super(cause.getMessage(), cause);
    }

    /** Of what has all come, the digest is right; of what no longer comes, it is the reason for that which counts. */
    static boolean isLikely(Ingest ingest, IOException failure) {
        return ingest.isResumed() && ingest.isComing() && !(failure instanceof InterruptedIOException);
    }
}

package dev.estiba.content.store;

import java.io.IOException;
import java.nio.file.Path;

/** A record of the store is not what was written into it: the disk has lost it, or somebody has changed it. */
public final class DamagedRecord extends IOException {
    private static final long serialVersionUID = 1;

    DamagedRecord(Path file) {
        super("the record " + file + " is damaged: its bytes are not those that were written;"
                + " 'estiba system check --repair' makes it anew");
    }

    DamagedRecord(Path file, Exception cause) {
        this("the record " + file + " cannot be understood: " + cause.getMessage(), cause);
    }

    private DamagedRecord(String message, Exception cause) {
        super(message, cause);
    }

    /** A disk that says so itself, of one of its places (EIO). */
    static DamagedRecord unreadable(Path file, IOException cause) {
        return new DamagedRecord(
                "the record " + file + " cannot be read: " + cause.getMessage()
                        + "; 'estiba system check --repair' makes it anew",
                cause);
    }
}

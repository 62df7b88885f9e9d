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
        super("the record " + file + " cannot be understood: " + cause.getMessage(), cause);
    }
}

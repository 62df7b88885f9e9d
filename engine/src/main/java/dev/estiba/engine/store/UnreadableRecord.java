package dev.estiba.engine.store;

import java.io.IOException;
import java.nio.file.Path;

/** A container's record is damaged, or of a later version. It stays as it is: nobody else's work depends on it. */
public final class UnreadableRecord extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableRecord(String id, Path directory, IOException why) {
        super("container " + id + ": " + why.getMessage() + " (" + directory + ")", why);
    }
}

package dev.estiba.content.inspect;

import dev.estiba.linux.Attributes.Stat;
import java.util.HashMap;
import java.util.Map;

/** Files of one layer that have several names: their bytes are there once, and wasted when none of their names is seen. */
final class HardLinks {
    /** Of a file of which not all names have been met. */
    private record Known(long met, boolean isSeen) {}

    private final Map<Long, Known> known = new HashMap<>();
    private long wasted;

    /** Whether this is the first name of the file. */
    boolean isFirst(Stat file) {
        return !known.containsKey(file.inode());
    }

    /** A name, and whether it is seen in the image. */
    void met(Stat file, boolean isSeen) {
        Known before = known.getOrDefault(file.inode(), new Known(0, false));
        Known now = new Known(before.met() + 1, before.isSeen() || isSeen);
        if (now.met() == file.links()) {
            wasted += now.isSeen() ? 0 : file.size();
        }
        known.put(file.inode(), now);
    }

    long wasted() {
        return wasted;
    }
}

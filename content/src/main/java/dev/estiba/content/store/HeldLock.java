package dev.estiba.content.store;

import dev.estiba.linux.Fd;
import dev.estiba.linux.Flock;
import dev.estiba.linux.Open;
import java.io.IOException;
import java.nio.file.Path;

/** A lock of one of the store's files that is held until this is closed. Nothing slow is done under it. */
record HeldLock(Fd file) implements AutoCloseable {
    static HeldLock take(Path file, Flock.Kind kind) throws IOException {
        Fd open = Open.absolute(file.toString(), new Open.How(Open.READ_WRITE, 0, 0));
        boolean held = false;
        try {
            Flock.lock(open, kind);
            held = true;
            return new HeldLock(open);
        } finally {
            if (!held) {
                open.close();
            }
        }
    }

    @Override
    public void close() {
        file.close();
    }
}

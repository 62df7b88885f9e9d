package dev.estiba.engine.container;

import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A control group's files that say whether its processes are stopped, held open: a read is all that a look takes. */
record Freezer(List<Fd> files) implements AutoCloseable {
    private static final int MOST = 256;

    static Freezer open(List<Path> paths) throws IOException {
        Freezer freezer = new Freezer(new ArrayList<>());
        try {
            for (Path path : paths) {
                freezer.files.add(Open.absolute(path.toString(), Open.How.reading()));
            }
            return freezer;
        } catch (IOException e) {
            freezer.close();
            throw e;
        }
    }

    /** Whether it says so, of a group that is still there; ended is whoever was in one that is gone. */
    boolean is(boolean frozen) throws IOException {
        StringBuilder text = new StringBuilder();
        try {
            for (Fd file : files) {
                text.append(new String(FileBytes.readAtStart(file, MOST), StandardCharsets.US_ASCII));
            }
        } catch (ErrnoException e) {
            if (e.is(Errno.ENODEV)) {
                return false;
            }
            throw e;
        }
        return Groups.saysFrozen(text.toString()) == frozen;
    }

    @Override
    public void close() {
        files.forEach(Fd::close);
    }
}

package dev.estiba.linux;

import java.io.IOException;

/** syncfs(2): everything of a file system at once, where an fsync(2) for each file would take as long as there are files. */
public final class Sync {
    private static final int SYNCFS = Frame.number("syncfs");

    private Sync() {}

    /**
     * Waits until everything that was written so far to the file system that it is on is on the disk.
     *
     * @throws ErrnoException EIO, ENOSPC, EDQUOT when something of it could not be written
     */
    public static void fileSystem(Fd file) throws IOException {
        try (Frame frame = new Frame()) {
            ErrnoException.check(frame.call(SYNCFS, file.number()), "syncfs", file.label());
        }
    }
}

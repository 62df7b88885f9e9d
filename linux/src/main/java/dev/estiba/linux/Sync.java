package dev.estiba.linux;

import java.io.IOException;

/**
 * syncfs(2): everything of a file system at once, where an fsync(2) for each file would take as long as there are files; and
 * sync_file_range(2), which makes that wait shorter.
 */
public final class Sync {
    private static final int SYNCFS = Frame.number("syncfs");

    private static final int SYNC_FILE_RANGE = Frame.number("sync_file_range");
    private static final int SYNC_FILE_RANGE_WRITE = 2;

    private Sync() {}

    /**
     * Has the kernel begin to write that part of a file to the disk, and does not wait for it. The kernel by itself begins when
     * much of the memory is dirty, or after half a minute: what is synced sooner then waits for all of it at once. Nothing is
     * promised by this; where it cannot be had nothing happens.
     *
     * @param length zero: to the end
     */
    public static void begin(Fd file, long offset, long length) throws IOException {
        try (Frame frame = new Frame()) {
            // What goes wrong with a page is said by the syncfs(2) that follows.
            frame.call(SYNC_FILE_RANGE, file.number(), offset, length, SYNC_FILE_RANGE_WRITE);
        }
    }

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

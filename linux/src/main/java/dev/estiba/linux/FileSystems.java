package dev.estiba.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** fstatfs(2): which file system something is on. */
public final class FileSystems {
    public static final long CGROUP2 = 0x63677270;
    public static final long PROC = 0x9fa0;
    public static final long TMPFS = 0x01021994;

    private static final int FSTATFS = Frame.number("fstatfs");
    /** struct statfs of 64-bit machines. */
    static final int SIZE = 120;

    private FileSystems() {}

    /** The magic number of the file system that it is on: linux/magic.h. */
    public static long magic(Fd file) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment statfs = frame.space(SIZE);
            ErrnoException.check(frame.call(FSTATFS, file.number(), statfs.address()), "fstatfs", file.label());
            return statfs.get(ValueLayout.JAVA_LONG, 0);
        }
    }
}

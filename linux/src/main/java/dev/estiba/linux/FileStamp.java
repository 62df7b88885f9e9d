package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * statx(2): which file a name stands for, and when it was last changed, its owner, mode, attributes and, of a directory, names
 * included. Two equal ones mean the same file with nothing done to it in between.
 *
 * @param device major and minor number of its file system
 * @param seconds of its last change, and {@code nanos}
 */
public record FileStamp(long device, long inode, long size, long seconds, int nanos) {
    private static final int STATX = Frame.number("statx");
    private static final int AT_FDCWD = -100;
    private static final int NO_FOLLOW = 0x100;
    private static final int BASIC = 0x7ff;
    private static final int STRUCT = 256;
    private static final int CHANGED = 96;

    /** Of the name itself where it is a symbolic link; empty when there is none. */
    public static Optional<FileStamp> of(Fd directory, String name) throws IOException {
        return of(directory.number(), name, name + " in " + directory.label());
    }

    /** The same of an absolute path. */
    public static Optional<FileStamp> of(String path) throws IOException {
        return of(AT_FDCWD, path, path);
    }

    /** Whether it is the same file, whatever has been done to it. */
    public boolean isSameFile(FileStamp other) {
        return device == other.device && inode == other.inode;
    }

    private static Optional<FileStamp> of(int directory, String name, String what) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment s = frame.space(STRUCT);
            long r = frame.call(STATX, directory, frame.string(name).address(), NO_FOLLOW, BASIC, s.address());
            if (r == -Errno.ENOENT.number()) {
                return Optional.empty();
            }
            ErrnoException.check(r, "statx", what);
            long major = Integer.toUnsignedLong(s.get(ValueLayout.JAVA_INT, Attributes.DEVICE_MAJOR));
            return Optional.of(new FileStamp(
                    major << 32 | Integer.toUnsignedLong(s.get(ValueLayout.JAVA_INT, Attributes.DEVICE_MINOR)),
                    s.get(ValueLayout.JAVA_LONG, Attributes.INODE),
                    s.get(ValueLayout.JAVA_LONG, Attributes.SIZE),
                    s.get(ValueLayout.JAVA_LONG, CHANGED),
                    s.get(ValueLayout.JAVA_INT, CHANGED + 8)));
        }
    }
}

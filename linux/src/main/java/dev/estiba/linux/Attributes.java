package dev.estiba.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;

/**
 * fchownat(2), fchmodat(2), utimensat(2), statx(2): owner, permissions and times, of an open file or of a name in a directory,
 * which stands for a symbolic link itself where it is one.
 */
public final class Attributes {
    private static final int FCHOWN = Frame.number("fchown");
    private static final int FCHOWNAT = Frame.number("fchownat");
    private static final int FCHMOD = Frame.number("fchmod");
    private static final int FCHMODAT = Frame.number("fchmodat");
    private static final int UTIMENSAT = Frame.number("utimensat");
    private static final int STATX = Frame.number("statx");
    private static final int NO_FOLLOW = 0x100;
    private static final int EMPTY_PATH = 0x1000;
    private static final int BASIC = 0x7ff;
    private static final byte[] ITSELF = {};

    /** struct statx of linux/stat.h, as far as it is read. */
    static final int MODE = 28;

    static final int NLINK = 16;
    static final int UID = 20;
    static final int GID = 24;
    static final int INODE = 32;
    static final int SIZE = 40;
    static final int ACCESSED = 64;
    static final int MODIFIED = 112;
    static final int MAJOR = 128;
    static final int MINOR = 132;

    static final int DEVICE_MAJOR = 136;
    static final int DEVICE_MINOR = 140;

    private Attributes() {}

    /** Which file it is, among all of this machine: its file system's device, and its number there. */
    public record Identity(long device, long inode) {}

    /** What a name stands for, which may be a symbolic link. */
    public static Identity identity(CallMemory memory, Fd directory, byte[] name) throws IOException {
        long inode = of(memory, directory, name).inode();
        MemorySegment s = memory.struct();
        long major = Integer.toUnsignedLong(s.get(ValueLayout.JAVA_INT, DEVICE_MAJOR));
        return new Identity(major << 32 | Integer.toUnsignedLong(s.get(ValueLayout.JAVA_INT, DEVICE_MINOR)), inode);
    }

    /**
     * What the kernel says of a file.
     *
     * @param mode kind and permissions
     * @param major of a device
     * @param minor of a device
     */
    public record Stat(
            int mode,
            long links,
            long uid,
            long gid,
            long inode,
            long size,
            Instant accessed,
            Instant modified,
            int major,
            int minor) {
        public boolean isDirectory() {
            return (mode & Nodes.KIND) == Nodes.DIRECTORY;
        }

        /** Whether it is what overlayfs takes for the absence of a file: character device 0:0. */
        public boolean isWhiteout() {
            return (mode & Nodes.KIND) == Nodes.CHARACTER_DEVICE && major == 0 && minor == 0;
        }
    }

    public static Stat of(CallMemory memory, Fd file) throws IOException {
        return of(memory, file, ITSELF, EMPTY_PATH);
    }

    public static Stat of(CallMemory memory, Fd directory, byte[] name) throws IOException {
        return of(memory, directory, name, NO_FOLLOW);
    }

    private static Stat of(CallMemory memory, Fd directory, byte[] name, int flags) throws IOException {
        MemorySegment s = memory.struct();
        long r = memory.call(STATX, directory.number(), memory.first(name), flags, BASIC, s.address());
        check(r, "statx", directory, name);
        return new Stat(
                Short.toUnsignedInt(s.get(ValueLayout.JAVA_SHORT, MODE)),
                Integer.toUnsignedLong(s.get(ValueLayout.JAVA_INT, NLINK)),
                Integer.toUnsignedLong(s.get(ValueLayout.JAVA_INT, UID)),
                Integer.toUnsignedLong(s.get(ValueLayout.JAVA_INT, GID)),
                s.get(ValueLayout.JAVA_LONG, INODE),
                s.get(ValueLayout.JAVA_LONG, SIZE),
                time(s, ACCESSED),
                time(s, MODIFIED),
                s.get(ValueLayout.JAVA_INT, MAJOR),
                s.get(ValueLayout.JAVA_INT, MINOR));
    }

    private static Instant time(MemorySegment struct, int at) {
        return Instant.ofEpochSecond(struct.get(ValueLayout.JAVA_LONG, at), struct.get(ValueLayout.JAVA_INT, at + 8));
    }

    /** chown(2) takes setuid, setgid and capabilities away from a file. */
    public static void own(CallMemory memory, Fd file, long uid, long gid) throws IOException {
        check(memory.call(FCHOWN, file.number(), uid, gid), "fchown", file, ITSELF);
    }

    public static void own(CallMemory memory, Fd directory, byte[] name, long uid, long gid) throws IOException {
        long r = memory.call(FCHOWNAT, directory.number(), memory.first(name), uid, gid, NO_FOLLOW);
        check(r, "fchownat", directory, name);
    }

    /** @param mode permissions, without the kind */
    public static void permit(CallMemory memory, Fd file, int mode) throws IOException {
        check(memory.call(FCHMOD, file.number(), mode), "fchmod", file, ITSELF);
    }

    /** The name must be no symbolic link's: it would be followed, as Linux keeps no permissions of one. */
    public static void permit(CallMemory memory, Fd directory, byte[] name, int mode) throws IOException {
        check(memory.call(FCHMODAT, directory.number(), memory.first(name), mode), "fchmodat", directory, name);
    }

    /** What a file system cannot keep, it takes the nearest of. */
    public static void date(CallMemory memory, Fd file, Instant accessed, Instant modified) throws IOException {
        long times = times(memory, accessed, modified);
        check(memory.call(UTIMENSAT, file.number(), 0, times, 0), "utimensat", file, ITSELF);
    }

    public static void date(CallMemory memory, Fd directory, byte[] name, Instant accessed, Instant modified)
            throws IOException {
        long times = times(memory, accessed, modified);
        long r = memory.call(UTIMENSAT, directory.number(), memory.first(name), times, NO_FOLLOW);
        check(r, "utimensat", directory, name);
    }

    private static long times(CallMemory memory, Instant accessed, Instant modified) {
        MemorySegment times = memory.struct();
        times.set(ValueLayout.JAVA_LONG, 0, accessed.getEpochSecond());
        times.set(ValueLayout.JAVA_LONG, 8, accessed.getNano());
        times.set(ValueLayout.JAVA_LONG, 16, modified.getEpochSecond());
        times.set(ValueLayout.JAVA_LONG, 24, modified.getNano());
        return times.address();
    }

    private static void check(long result, String call, Fd directory, byte[] name) throws IOException {
        if (result < 0) {
            String in = name.length == 0 ? "" : CallMemory.shown(name) + " in ";
            ErrnoException.check(result, call, in + directory.label());
        }
    }
}

package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * openat2(2), mkdirat(2), mknodat(2), symlinkat(2), linkat(2), renameat2(2), unlinkat(2), readlinkat(2) with names as file
 * systems have them: bytes, which need not be a text. But for {@link #open} a name is one in the directory, without a slash.
 */
public final class Nodes {
    /** S_IF*: kinds of files, the same on all machines. */
    public static final int KIND = 0170000;

    public static final int FIFO = 0010000;
    public static final int CHARACTER_DEVICE = 0020000;
    public static final int DIRECTORY = 0040000;
    public static final int BLOCK_DEVICE = 0060000;
    public static final int FILE = 0100000;
    public static final int LINK = 0120000;

    private static final int OPENAT2 = Frame.number("openat2");
    private static final int MKDIRAT = Frame.number("mkdirat");
    private static final int MKNODAT = Frame.number("mknodat");
    private static final int SYMLINKAT = Frame.number("symlinkat");
    private static final int LINKAT = Frame.number("linkat");
    private static final int RENAMEAT2 = Frame.number("renameat2");
    private static final int UNLINKAT = Frame.number("unlinkat");
    private static final int READLINKAT = Frame.number("readlinkat");
    private static final long CLOSE_ON_EXEC = 02000000;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int MOST_TRIES = 1000;
    private static final int TARGET = 4096;
    private static final int MOST_MAJOR = 0xfff;
    private static final int MOST_MINOR = 0xfffff;

    private Nodes() {}

    /**
     * Opens a path from a directory on.
     *
     * @throws ErrnoException as {@link Open#at} does
     */
    public static Fd open(CallMemory memory, Fd directory, byte[] path, Open.How how) throws IOException {
        MemorySegment struct = memory.struct();
        struct.set(ValueLayout.JAVA_LONG, 0, how.flags() | CLOSE_ON_EXEC);
        struct.set(ValueLayout.JAVA_LONG, 8, how.mode());
        struct.set(ValueLayout.JAVA_LONG, 16, how.resolve());
        long text = memory.first(path);
        long fd;
        int tries = 0;
        do {
            // EAGAIN: a rename anywhere on the host raced with "..", and openat2(2) says to try again.
            fd = memory.call(OPENAT2, directory.number(), text, struct.address(), Open.HOW.byteSize());
        } while (fd == -Errno.EAGAIN.number() && ++tries < MOST_TRIES);
        return Fd.own(check(fd, "openat2", directory, path), CallMemory.shown(path));
    }

    /** Makes a directory; false when that name is there already, whatever it is. */
    public static boolean makeDirectory(CallMemory memory, Fd directory, byte[] name, int mode) throws IOException {
        return made(memory.call(MKDIRAT, directory.number(), memory.first(name), mode), "mkdirat", directory, name);
    }

    /**
     * Makes a FIFO or a device; false when that name is there already, whatever it is.
     *
     * @param mode the kind and the permissions
     * @throws ErrnoException EINVAL also for numbers that Linux has none of, instead of another device
     */
    public static boolean make(CallMemory memory, Fd directory, byte[] name, int mode, int major, int minor)
            throws IOException {
        if (major < 0 || major > MOST_MAJOR || minor < 0 || minor > MOST_MINOR) {
            throw new ErrnoException(
                    "mknodat", CallMemory.shown(name) + ", device " + major + ":" + minor, Errno.EINVAL.number());
        }
        // The kernel's new_decode_dev.
        long device = minor & 0xffL | (long) major << 8 | (minor & ~0xffL) << 12;
        return made(
                memory.call(MKNODAT, directory.number(), memory.first(name), mode, device), "mknodat", directory, name);
    }

    /** Makes a symbolic link, whose text may be anything; false when that name is there already, whatever it is. */
    public static boolean makeLink(CallMemory memory, Fd directory, byte[] name, byte[] text) throws IOException {
        long r = memory.call(SYMLINKAT, memory.second(text), directory.number(), memory.first(name));
        return made(r, "symlinkat", directory, name);
    }

    /** Gives a file, or a symbolic link itself, a further name; false when that name is there already, whatever it is. */
    public static boolean makeHardLink(CallMemory memory, Fd from, byte[] target, Fd directory, byte[] name)
            throws IOException {
        long r = memory.call(LINKAT, from.number(), memory.second(target), directory.number(), memory.first(name), 0);
        return made(r, "linkat", directory, name);
    }

    /** Gives something another name; what had that name before is gone. */
    public static void rename(CallMemory memory, Fd from, byte[] name, Fd to, byte[] newName) throws IOException {
        long r = memory.call(RENAMEAT2, from.number(), memory.first(name), to.number(), memory.second(newName), 0);
        check(r, "renameat2", from, name);
    }

    /** Removes a name that is no directory's; false when it was not there. */
    public static boolean remove(CallMemory memory, Fd directory, byte[] name) throws IOException {
        return removed(memory.call(UNLINKAT, directory.number(), memory.first(name), 0), directory, name);
    }

    /** Removes an empty directory; false when it was not there. */
    public static boolean removeDirectory(CallMemory memory, Fd directory, byte[] name) throws IOException {
        return removed(memory.call(UNLINKAT, directory.number(), memory.first(name), AT_REMOVEDIR), directory, name);
    }

    /** The text of a symbolic link. Empty when there is none of this name. */
    public static Optional<byte[]> readLink(CallMemory memory, Fd directory, byte[] name) throws IOException {
        MemorySegment text = memory.data();
        long n = memory.call(READLINKAT, directory.number(), memory.first(name), text.address(), TARGET);
        if (n == -Errno.ENOENT.number() || n == -Errno.EINVAL.number()) {
            return Optional.empty();
        }
        return Optional.of(
                text.asSlice(0, check(n, "readlinkat", directory, name)).toArray(ValueLayout.JAVA_BYTE));
    }

    private static boolean made(long result, String call, Fd directory, byte[] name) throws IOException {
        if (result == -Errno.EEXIST.number()) {
            return false;
        }
        check(result, call, directory, name);
        return true;
    }

    private static boolean removed(long result, Fd directory, byte[] name) throws IOException {
        if (result == -Errno.ENOENT.number()) {
            return false;
        }
        check(result, "unlinkat", directory, name);
        return true;
    }

    private static long check(long result, String call, Fd directory, byte[] name) throws IOException {
        // The words are made for an error only.
        return result >= 0
                ? result
                : ErrnoException.check(result, call, CallMemory.shown(name) + " in " + directory.label());
    }
}

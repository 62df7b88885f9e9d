package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** renameat2(2), unlinkat(2), symlinkat(2), readlinkat(2), fsync(2): names in a directory that is held by its descriptor. */
public final class Names {
    private static final int RENAMEAT2 = Frame.number("renameat2");
    private static final int UNLINKAT = Frame.number("unlinkat");
    private static final int SYMLINKAT = Frame.number("symlinkat");
    private static final int READLINKAT = Frame.number("readlinkat");
    private static final int FSYNC = Frame.number("fsync");
    private static final int AT_REMOVEDIR = 0x200;
    private static final int TARGET = 4096;

    private Names() {}

    /** Gives something another name; what had that name before is gone. */
    public static void rename(Fd from, String name, Fd to, String newName) throws IOException {
        try (Frame frame = new Frame()) {
            long r = frame.call(
                    RENAMEAT2,
                    from.number(),
                    frame.string(name).address(),
                    to.number(),
                    frame.string(newName).address(),
                    0);
            ErrnoException.check(r, "rename", name + " in " + from.label() + " to " + newName);
        }
    }

    /** Removes a name; false when it was not there. */
    public static boolean remove(Fd directory, String name) throws IOException {
        return remove(directory, name, 0);
    }

    /** Removes an empty directory; false when it was not there. */
    public static boolean removeDirectory(Fd directory, String name) throws IOException {
        return remove(directory, name, AT_REMOVEDIR);
    }

    private static boolean remove(Fd directory, String name, int flags) throws IOException {
        try (Frame frame = new Frame()) {
            long r = frame.call(UNLINKAT, directory.number(), frame.string(name).address(), flags);
            if (r == -Errno.ENOENT.number()) {
                return false;
            }
            ErrnoException.check(r, "unlink", name + " in " + directory.label());
            return true;
        }
    }

    /** Makes a symbolic link, whose text may be anything; false when the name is taken. */
    public static boolean link(Fd directory, String name, String text) throws IOException {
        try (Frame frame = new Frame()) {
            long r = frame.call(
                    SYMLINKAT,
                    frame.string(text).address(),
                    directory.number(),
                    frame.string(name).address());
            if (r == -Errno.EEXIST.number()) {
                return false;
            }
            ErrnoException.check(r, "symlink", name + " in " + directory.label());
            return true;
        }
    }

    /** The text of a symbolic link. Empty when there is none of this name. */
    public static Optional<String> readLink(Fd directory, String name) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment text = frame.space(TARGET);
            long n = frame.call(
                    READLINKAT, directory.number(), frame.string(name).address(), text.address(), TARGET);
            if (n == -Errno.ENOENT.number() || n == -Errno.EINVAL.number()) {
                return Optional.empty();
            }
            ErrnoException.check(n, "readlink", name + " in " + directory.label());
            return Optional.of(new String(text.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8));
        }
    }

    /** Waits until a file's bytes, or a directory's names, are on the disk. */
    public static void sync(Fd file) throws IOException {
        try (Frame frame = new Frame()) {
            ErrnoException.check(frame.call(FSYNC, file.number()), "fsync", file.label());
        }
    }
}

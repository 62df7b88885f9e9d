package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** openat2(2): the only way in this code base to open a path that somebody else wrote. */
public final class Open {
    /** RESOLVE_*: how a path may be followed. */
    public static final long NO_XDEV = 1;

    public static final long NO_MAGICLINKS = 2;
    public static final long NO_SYMLINKS = 4;
    public static final long BENEATH = 8;
    public static final long IN_ROOT = 16;

    /** O_*: those that are equal on x86-64 and arm64; O_DIRECTORY and O_NOFOLLOW are not, and are asked of {@link How}. */
    public static final long READ = 0;

    public static final long WRITE = 1;
    public static final long READ_WRITE = 2;
    public static final long CREATE = 0100;
    public static final long EXCLUSIVE = 0200;
    public static final long NO_TERMINAL = 0400;
    public static final long TRUNCATE = 01000;
    public static final long APPEND = 02000;
    public static final long NON_BLOCKING = 04000;
    public static final long PATH = 010000000;

    private static final long CLOSE_ON_EXEC = 02000000;
    private static final int MOST_TRIES = 1000;
    private static final int OPENAT2 = Frame.number("openat2");
    private static final int AT_FDCWD = -100;

    static final StructLayout HOW = MemoryLayout.structLayout(
            ValueLayout.JAVA_LONG.withName("flags"),
            ValueLayout.JAVA_LONG.withName("mode"),
            ValueLayout.JAVA_LONG.withName("resolve"));

    private Open() {}

    /**
     * How to open.
     *
     * @param flags O_*; O_CLOEXEC is always there
     * @param mode of a file that is created
     * @param resolve RESOLVE_*
     */
    public record How(long flags, int mode, long resolve) {
        public static How reading() {
            return new How(READ | NO_TERMINAL | NON_BLOCKING, 0, 0);
        }

        public static How directory() {
            return new How(READ | directoryFlag(), 0, 0);
        }

        /** A new file that nobody else has made. */
        public static How creating(int mode) {
            return new How(WRITE | CREATE | EXCLUSIVE | noFollowFlag(), mode, 0);
        }

        public How resolving(long more) {
            return new How(flags, mode, resolve | more);
        }

        public How with(long more) {
            return new How(flags | more, mode, resolve);
        }
    }

    private static boolean arm() {
        return Host.abi() == dev.estiba.linux.number.Abi.ARM64;
    }

    /** O_DIRECTORY. */
    public static long directoryFlag() {
        return arm() ? 040000 : 0200000;
    }

    /** O_NOFOLLOW. */
    public static long noFollowFlag() {
        return arm() ? 0100000 : 0400000;
    }

    /**
     * Opens a path from a directory on.
     *
     * @throws ErrnoException with EXDEV when the path leaves the directory under {@link #BENEATH}, ELOOP when it has a
     *     link that may not be followed
     */
    public static Fd at(Fd directory, String path, How how) throws IOException {
        return open(directory.number(), path, how, path + " in " + directory.label());
    }

    /** Opens an absolute path that this program or its caller wrote, never one from a container or an image. */
    public static Fd absolute(String path, How how) throws IOException {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("not absolute: " + path);
        }
        return open(AT_FDCWD, path, how, path);
    }

    private static Fd open(int directory, String path, How how, String subject) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment struct = frame.space(HOW.byteSize());
            struct.set(ValueLayout.JAVA_LONG, 0, how.flags() | CLOSE_ON_EXEC);
            struct.set(ValueLayout.JAVA_LONG, 8, how.mode());
            struct.set(ValueLayout.JAVA_LONG, 16, how.resolve());
            long text = frame.string(path).address();
            long fd = frame.call(OPENAT2, directory, text, struct.address(), HOW.byteSize());
            // A rename anywhere on the host raced with "..", and openat2(2) says to try again; not for ever.
            boolean within = (how.resolve() & (BENEATH | IN_ROOT)) != 0;
            for (int i = 0; within && fd == -Errno.EAGAIN.number() && i < MOST_TRIES; i++) {
                fd = frame.call(OPENAT2, directory, text, struct.address(), HOW.byteSize());
            }
            return Fd.own(ErrnoException.check(fd, "openat2", subject), path);
        }
    }
}

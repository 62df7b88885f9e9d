package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * flock(2): locks of open files, which go with the last descriptor of that open file; so two threads that have opened it
 * each for itself exclude each other as two processes do.
 */
public final class Flock {
    private static final int FLOCK = Frame.number("flock");
    private static final int NON_BLOCKING = 4;
    private static final int UNLOCK = 8;

    private Flock() {}

    /** Whom it keeps out. */
    public enum Kind {
        /** who wants it for itself alone */
        SHARED(1),
        /** everybody */
        EXCLUSIVE(2);

        private final int number;

        Kind(int number) {
            this.number = number;
        }
    }

    /** Waits until it can be had. */
    public static void lock(Fd file, Kind kind) throws IOException {
        ErrnoException.check(call(file, kind.number), "flock", file.label());
    }

    /** False when somebody else holds one that excludes it. */
    public static boolean tryLock(Fd file, Kind kind) throws IOException {
        long r = call(file, kind.number | NON_BLOCKING);
        if (r == -Errno.EAGAIN.number()) {
            return false;
        }
        ErrnoException.check(r, "flock", file.label());
        return true;
    }

    /**
     * Gives it back before the file is closed. A child that another thread is just starting has all descriptors until it has become its
     * program, whatever is said of them (close-on-exec), and with them the lock: for who only tries, that is too long.
     */
    public static void unlock(Fd file) throws IOException {
        ErrnoException.check(call(file, UNLOCK), "flock", file.label());
    }

    private static long call(Fd file, int operation) throws IOException {
        try (Frame frame = new Frame()) {
            long r;
            do {
                r = frame.call(FLOCK, file.number(), operation);
            } while (r == -Errno.EINTR.number());
            return r;
        }
    }

    /** Whether a file still has its name: who waited for its lock may hold one that was removed or renamed meanwhile. */
    public static boolean isNamed(Fd locked, Path name) throws IOException {
        try {
            return Files.isSameFile(name, Path.of(locked.procPath()));
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}

package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;

/** memfd_create(2): files that are nowhere but in memory, and that can be sealed against every change. */
public final class Memfd {
    private static final int MEMFD_CREATE = Frame.number("memfd_create");
    private static final int FTRUNCATE = Frame.number("ftruncate");
    private static final int FCNTL = Frame.number("fcntl");
    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int MFD_NOEXEC_SEAL = 8;
    private static final int MFD_EXEC = 16;
    private static final int F_ADD_SEALS = 1033;
    private static final int F_GET_SEALS = 1034;
    /** F_SEAL_SEAL, SHRINK, GROW and WRITE. */
    private static final int ALL_SEALS = 15;

    private Memfd() {}

    /** A sealed file with these bytes that can be executed. */
    public static Fd executable(String name, byte[] bytes) throws IOException {
        return sealed(name, bytes, MFD_EXEC);
    }

    /** A sealed file with these bytes that nobody can execute. */
    public static Fd data(String name, byte[] bytes) throws IOException {
        return sealed(name, bytes, MFD_NOEXEC_SEAL);
    }

    /** A file of that many zeros that stays writable: memory to share with another process. */
    public static Fd writable(String name, long size) throws IOException {
        Fd file = create(name, MFD_NOEXEC_SEAL);
        try (Frame frame = new Frame()) {
            ErrnoException.check(frame.call(FTRUNCATE, file.number(), size), "ftruncate", name);
            return file;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static Fd sealed(String name, byte[] bytes, int kind) throws IOException {
        Fd file = create(name, kind);
        try {
            FileBytes.writeAtStart(file, bytes);
            try (Frame frame = new Frame()) {
                ErrnoException.check(
                        frame.call(FCNTL, file.number(), F_ADD_SEALS, ALL_SEALS), "fcntl(F_ADD_SEALS)", name);
            }
            return file;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static Fd create(String name, int kind) throws IOException {
        try (Frame frame = new Frame()) {
            long text = frame.string(name).address();
            long fd = frame.call(MEMFD_CREATE, text, MFD_CLOEXEC | MFD_ALLOW_SEALING | kind);
            if (fd == -Errno.EINVAL.number()) { // before Linux 6.3 nothing is said about executing
                fd = frame.call(MEMFD_CREATE, text, MFD_CLOEXEC | MFD_ALLOW_SEALING);
            }
            return Fd.own(ErrnoException.check(fd, "memfd_create", name), name);
        }
    }

    /** Whether nothing can change that file any more. */
    public static boolean isSealed(Fd file) throws IOException {
        try (Frame frame = new Frame()) {
            long seals = frame.call(FCNTL, file.number(), F_GET_SEALS);
            return (ErrnoException.check(seals, "fcntl(F_GET_SEALS)", file.label()) & ALL_SEALS) == ALL_SEALS;
        }
    }
}

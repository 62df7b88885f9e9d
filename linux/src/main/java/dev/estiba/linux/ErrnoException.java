package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.util.Optional;

/** A system call that failed: which, on what, and with which errno. */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final String subject;
    private final int errno;

    /**
     * @param call its name, as its manual page has it
     * @param subject what it was done to, for a person
     * @param errno positive
     */
    public ErrnoException(String call, String subject, int errno) {
        super(call + " " + subject + ": " + Errno.describe(errno));
        this.call = call;
        this.subject = subject;
        this.errno = errno;
    }

    /** The result of a {@link Frame#call}, unless it is -errno. */
    static long check(long result, String call, String subject) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(call, subject, (int) -result);
        }
        return result;
    }

    public String call() {
        return call;
    }

    public String subject() {
        return subject;
    }

    /** The number, also of an error that this build has no name for. */
    public int errno() {
        return errno;
    }

    /** The error, unless it is one that this build has no name for. */
    public Optional<Errno> error() {
        return Errno.of(errno);
    }

    /** Whether it is that error. */
    public boolean is(Errno error) {
        return errno == error.number();
    }
}

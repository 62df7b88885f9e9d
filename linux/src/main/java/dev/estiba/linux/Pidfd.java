package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import dev.estiba.linux.number.Signal;
import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Optional;

/** pidfd_open(2), pidfd_send_signal(2), waitid(2): a process that cannot be mistaken for a later one of its number. */
public final class Pidfd implements AutoCloseable {
    private static final int PIDFD_OPEN = Frame.number("pidfd_open");
    private static final int PIDFD_SEND_SIGNAL = Frame.number("pidfd_send_signal");
    private static final int WAITID = Frame.number("waitid");
    private static final int P_PIDFD = 3;
    private static final int WEXITED = 4;
    private static final int ALL_CHILDREN = 0x40000000; // __WALL
    private static final int CLD_EXITED = 1;
    private static final int CLD_DUMPED = 3;

    /** siginfo_t as waitid fills it: 128 bytes. */
    static final StructLayout SIGINFO = MemoryLayout.structLayout(
            ValueLayout.JAVA_INT.withName("si_signo"),
            ValueLayout.JAVA_INT.withName("si_errno"),
            ValueLayout.JAVA_INT.withName("si_code"),
            MemoryLayout.paddingLayout(4),
            ValueLayout.JAVA_INT.withName("si_pid"),
            ValueLayout.JAVA_INT.withName("si_uid"),
            ValueLayout.JAVA_INT.withName("si_status"),
            MemoryLayout.paddingLayout(100));

    private static final long CODE_AT = SIGINFO.byteOffset(MemoryLayout.PathElement.groupElement("si_code"));
    private static final long STATUS_AT = SIGINFO.byteOffset(MemoryLayout.PathElement.groupElement("si_status"));

    private final Fd fd;
    private final int pid;

    private Pidfd(Fd fd, int pid) {
        this.fd = fd;
        this.pid = pid;
    }

    /**
     * The process that has that number now.
     *
     * @throws ErrnoException ESRCH when there is none
     */
    public static Pidfd open(int pid) throws IOException {
        try (Frame frame = new Frame()) {
            long fd = ErrnoException.check(frame.call(PIDFD_OPEN, pid, 0), "pidfd_open", "process " + pid);
            return new Pidfd(Fd.own(fd, "process " + pid), pid);
        }
    }

    /** Its number, which another process may have when this one is reaped. */
    public int pid() {
        return pid;
    }

    /** The descriptor, which stays this object's; it can be read when the process has ended. */
    public Fd fd() {
        return fd;
    }

    /**
     * Sends a signal.
     *
     * @throws ErrnoException ESRCH when the process has ended and was reaped
     */
    public void signal(Signal signal) throws IOException {
        try (Frame frame = new Frame()) {
            long r = frame.call(PIDFD_SEND_SIGNAL, fd.number(), signal.number(), 0, 0);
            ErrnoException.check(r, "pidfd_send_signal", signal + " to process " + pid);
        }
    }

    /** Waits until it has ended, whoever its parent is; false when the time is over before. */
    public boolean awaitEnd(Duration deadline) throws IOException {
        return Poll.readable(fd, deadline);
    }

    /** Waits for a child of this process, and reaps it. */
    public ExitStatus reap() throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment info = frame.space(SIGINFO.byteSize());
            long r;
            do {
                r = frame.call(WAITID, P_PIDFD, fd.number(), info.address(), WEXITED | ALL_CHILDREN, 0);
            } while (r == -Errno.EINTR.number());
            ErrnoException.check(r, "waitid", "process " + pid);
            return status(info.get(ValueLayout.JAVA_INT, CODE_AT), info.get(ValueLayout.JAVA_INT, STATUS_AT));
        }
    }

    private static ExitStatus status(int code, int status) {
        if (code == CLD_EXITED) {
            return new ExitStatus.Exited(status & 0xff);
        }
        return new ExitStatus.Killed(new Signal(status), code == CLD_DUMPED);
    }

    /** {@link #reap}, with a deadline: empty when it is still running then. */
    public Optional<ExitStatus> reap(Duration deadline) throws IOException {
        return awaitEnd(deadline) ? Optional.of(reap()) : Optional.empty();
    }

    @Override
    public void close() {
        fd.close();
    }

    @Override
    public String toString() {
        return fd.toString();
    }
}

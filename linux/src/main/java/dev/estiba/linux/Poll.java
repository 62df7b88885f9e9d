package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** ppoll(2): waiting until one of some descriptors has something, with a deadline. */
public final class Poll {
    private static final int PPOLL = Frame.number("ppoll");
    private static final short POLLIN = 1;
    private static final short POLLOUT = 4;
    private static final short POLLNVAL = 32;

    static final StructLayout POLLFD = MemoryLayout.structLayout(
            ValueLayout.JAVA_INT.withName("fd"),
            ValueLayout.JAVA_SHORT.withName("events"),
            ValueLayout.JAVA_SHORT.withName("revents"));

    private static final long REVENTS_AT = POLLFD.byteOffset(MemoryLayout.PathElement.groupElement("revents"));

    private Poll() {}

    /** Whether it can be read (or has come to its end) before the time is over. */
    public static boolean readable(Fd fd, Duration deadline) throws IOException {
        return !readable(List.of(fd), deadline).isEmpty();
    }

    /** Those of the descriptors that can be read, or have come to their end; none when the time is over before. */
    public static List<Fd> readable(List<Fd> fds, Duration deadline) throws IOException {
        long end = System.nanoTime() + nanos(deadline);
        try (Frame frame = new Frame()) {
            MemorySegment polled = frame.space(POLLFD.byteSize() * Math.max(1, fds.size()));
            for (int i = 0; i < fds.size(); i++) {
                polled.set(
                        ValueLayout.JAVA_INT, i * POLLFD.byteSize(), fds.get(i).number());
                polled.set(ValueLayout.JAVA_SHORT, i * POLLFD.byteSize() + 4, POLLIN);
            }
            MemorySegment timespec = frame.space(16);
            long r;
            do {
                long left = Math.max(0, end - System.nanoTime());
                timespec.set(ValueLayout.JAVA_LONG, 0, left / 1_000_000_000);
                timespec.set(ValueLayout.JAVA_LONG, 8, left % 1_000_000_000);
                r = frame.call(PPOLL, polled.address(), fds.size(), timespec.address(), 0, 8);
            } while (r == -Errno.EINTR.number());
            ErrnoException.check(r, "ppoll", fds.toString());
            return ready(fds, polled);
        }
    }

    /** Waits until it takes bytes again, or says by an error that it never will. */
    static void awaitWritable(Fd fd) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment polled = frame.space(POLLFD.byteSize());
            polled.set(ValueLayout.JAVA_INT, 0, fd.number());
            polled.set(ValueLayout.JAVA_SHORT, 4, POLLOUT);
            long r = frame.call(PPOLL, polled.address(), 1, 0, 0, 8);
            if (r != -Errno.EINTR.number()) {
                ErrnoException.check(r, "ppoll", fd.label());
            }
        }
    }

    private static List<Fd> ready(List<Fd> fds, MemorySegment polled) throws ErrnoException {
        List<Fd> ready = new ArrayList<>();
        for (int i = 0; i < fds.size(); i++) {
            short events = polled.get(ValueLayout.JAVA_SHORT, i * POLLFD.byteSize() + REVENTS_AT);
            if ((events & POLLNVAL) != 0) {
                throw new ErrnoException("ppoll", fds.get(i).label(), Errno.EBADF.number());
            }
            if (events != 0) {
                ready.add(fds.get(i));
            }
        }
        return ready;
    }

    /** Bounded, so that the sum with the clock cannot overflow: 146 years are for ever. */
    private static long nanos(Duration deadline) {
        Duration longest = Duration.ofNanos(Long.MAX_VALUE / 2);
        return deadline.compareTo(longest) > 0 ? longest.toNanos() : Math.max(0, deadline.toNanos());
    }
}

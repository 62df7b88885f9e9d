package dev.estiba.linux;

import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** epoll(7), level-triggered: waiting until one of many descriptors has something, or another thread says so. */
public final class Epoll implements AutoCloseable {
    private static final int CREATE = Frame.number("epoll_create1");
    private static final int CTL = Frame.number("epoll_ctl");
    private static final int WAIT = Frame.number("epoll_pwait");
    private static final int EVENTFD2 = Frame.number("eventfd2");
    private static final int READ = Frame.number("read");
    private static final int WRITE = Frame.number("write");
    private static final int CLOEXEC = 02000000;
    private static final int NONBLOCK = 04000;
    private static final int ADD = 1;
    private static final int DELETE = 2;
    private static final int MODIFY = 3;
    private static final int IN = 1;
    private static final int OUT = 4;
    private static final int MOST_AT_ONCE = 64;
    private static final long WOKEN = -1;

    /** struct epoll_event is packed on x86-64 alone. */
    private static final long DATA_AT = Host.abi() == Abi.X86_64 ? 4 : 8;

    private static final long EVENT = DATA_AT + 8;

    private final Fd fd;
    private final Fd bell;

    private Epoll(Fd fd, Fd bell) {
        this.fd = fd;
        this.bell = bell;
    }

    /**
     * What has happened.
     *
     * @param token that the descriptor was added with
     * @param readable it can be read, or has come to its end, or has failed
     * @param writable it can be written to, or has failed
     */
    public record Event(long token, boolean readable, boolean writable) {}

    public static Epoll open() throws IOException {
        try (Frame frame = new Frame()) {
            Fd fd = Fd.own(ErrnoException.check(frame.call(CREATE, CLOEXEC), "epoll_create1", "epoll"), "epoll");
            try {
                long bell = frame.call(EVENTFD2, 0, CLOEXEC | NONBLOCK);
                Epoll epoll = new Epoll(fd, Fd.own(ErrnoException.check(bell, "eventfd2", "a bell"), "a bell"));
                epoll.control(ADD, epoll.bell, WOKEN, IN);
                return epoll;
            } catch (IOException e) {
                fd.close();
                throw e;
            }
        }
    }

    private void control(int operation, Fd which, long token, int events) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment event = frame.space(16);
            event.set(ValueLayout.JAVA_INT, 0, events);
            event.set(ValueLayout.JAVA_LONG_UNALIGNED, DATA_AT, token);
            long r = frame.call(CTL, fd.number(), operation, which.number(), event.address());
            ErrnoException.check(r, "epoll_ctl", which.label());
        }
    }

    private static int events(boolean readable, boolean writable) {
        return (readable ? IN : 0) | (writable ? OUT : 0);
    }

    /**
     * Waits for a descriptor as well, which stays the caller's and is taken out before it is closed.
     *
     * @param token not negative
     */
    public void add(Fd which, long token, boolean readable, boolean writable) throws IOException {
        if (token < 0) {
            throw new IllegalArgumentException("a token of " + token);
        }
        control(ADD, which, token, events(readable, writable));
    }

    /** Waits for something else of it from now on. */
    public void change(Fd which, long token, boolean readable, boolean writable) throws IOException {
        control(MODIFY, which, token, events(readable, writable));
    }

    public void remove(Fd which) throws IOException {
        control(DELETE, which, 0, 0);
    }

    /** Has {@link #await} return, now or when it is called next. For any thread. */
    public void wake() throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment one = frame.space(8);
            one.set(ValueLayout.JAVA_LONG, 0, 1);
            long r = frame.call(WRITE, bell.number(), one.address(), 8);
            if (r != -Errno.EAGAIN.number()) {
                ErrnoException.check(r, "write", bell.label());
            }
        }
    }

    /** What has happened; nothing when the time is over or somebody has woken it up. */
    public List<Event> await(Duration longest) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment memory = frame.space(EVENT * MOST_AT_ONCE);
            long millis =
                    Math.clamp(longest.toMillis() + (longest.getNano() % 1_000_000 == 0 ? 0 : 1), 0, Integer.MAX_VALUE);
            long n = frame.call(WAIT, fd.number(), memory.address(), MOST_AT_ONCE, millis, 0, 8);
            if (n == -Errno.EINTR.number()) {
                return List.of();
            }
            ErrnoException.check(n, "epoll_pwait", fd.label());
            List<Event> happened = new ArrayList<>();
            for (long at = 0; at < n * EVENT; at += EVENT) {
                int events = memory.get(ValueLayout.JAVA_INT_UNALIGNED, at);
                long token = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, at + DATA_AT);
                if (token == WOKEN) {
                    frame.call(READ, bell.number(), frame.space(8).address(), 8);
                } else {
                    happened.add(new Event(token, (events & ~OUT) != 0, (events & ~IN) != 0));
                }
            }
            return happened;
        }
    }

    @Override
    public void close() {
        fd.close();
        bell.close();
    }
}

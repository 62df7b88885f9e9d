package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** unix(7): socketpair(2), connect(2), shutdown(2), sendmsg(2), recvmsg(2), descriptors in messages (SCM_RIGHTS). */
public final class UnixSocket implements AutoCloseable {
    private static final int SOCKET = Frame.number("socket");
    private static final int SOCKETPAIR = Frame.number("socketpair");
    private static final int CONNECT = Frame.number("connect");
    private static final int BIND = Frame.number("bind");
    private static final int LISTEN = Frame.number("listen");
    private static final int ACCEPT4 = Frame.number("accept4");
    private static final int SHUTDOWN = Frame.number("shutdown");
    private static final int GETSOCKOPT = Frame.number("getsockopt");
    private static final int GETSOCKNAME = Frame.number("getsockname");
    private static final int SENDMSG = Frame.number("sendmsg");
    private static final int RECVMSG = Frame.number("recvmsg");
    private static final int AF_UNIX = 1;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_TYPE = 3;
    private static final int SO_ACCEPTCONN = 30;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_CTRUNC = 8;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int SHUT_RDWR = 2;
    private static final int PATH_SIZE = 108;
    private static final int MAX_FDS = 64;

    static final StructLayout ADDRESS = MemoryLayout.structLayout(
            ValueLayout.JAVA_SHORT.withName("sun_family"),
            MemoryLayout.sequenceLayout(PATH_SIZE, ValueLayout.JAVA_BYTE).withName("sun_path"));

    static final StructLayout IOVEC = MemoryLayout.structLayout(
            ValueLayout.JAVA_LONG.withName("iov_base"), ValueLayout.JAVA_LONG.withName("iov_len"));

    static final StructLayout MSGHDR = MemoryLayout.structLayout(
            ValueLayout.JAVA_LONG.withName("msg_name"),
            ValueLayout.JAVA_INT.withName("msg_namelen"),
            MemoryLayout.paddingLayout(4),
            ValueLayout.JAVA_LONG.withName("msg_iov"),
            ValueLayout.JAVA_LONG.withName("msg_iovlen"),
            ValueLayout.JAVA_LONG.withName("msg_control"),
            ValueLayout.JAVA_LONG.withName("msg_controllen"),
            ValueLayout.JAVA_INT.withName("msg_flags"),
            MemoryLayout.paddingLayout(4));

    static final StructLayout CMSGHDR = MemoryLayout.structLayout(
            ValueLayout.JAVA_LONG.withName("cmsg_len"),
            ValueLayout.JAVA_INT.withName("cmsg_level"),
            ValueLayout.JAVA_INT.withName("cmsg_type"));

    private final Fd fd;

    private UnixSocket(Fd fd) {
        this.fd = fd;
    }

    /** What one end sends and how the other one receives it. */
    public enum Kind {
        /** Bytes. */
        STREAM(1),
        /** Messages, each for itself, to somebody who need not know of the sender. */
        DATAGRAMS(2),
        /** Messages, whole and in order. */
        MESSAGES(5);

        private final int number;

        Kind(int number) {
            this.number = number;
        }
    }

    /** Two ends of one connection. */
    public record Pair(UnixSocket ours, UnixSocket theirs) implements AutoCloseable {
        @Override
        public void close() {
            ours.close();
            theirs.close();
        }
    }

    /**
     * A message.
     *
     * @param bytes none at the end of the connection
     * @param fds which the receiver owns
     */
    public record Message(byte[] bytes, List<Fd> fds) {
        public Message {
            fds = List.copyOf(fds);
        }
    }

    /** Two connected sockets. */
    public static Pair pair(Kind kind, String label) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment two = frame.space(8);
            long r = frame.call(SOCKETPAIR, AF_UNIX, kind.number | SOCK_CLOEXEC, 0, two.address());
            ErrnoException.check(r, "socketpair", label);
            return new Pair(
                    new UnixSocket(Fd.own(two.get(ValueLayout.JAVA_INT, 0), label)),
                    new UnixSocket(Fd.own(two.get(ValueLayout.JAVA_INT, 4), label + ", the other end")));
        }
    }

    /**
     * A connection to the socket at that path; of {@code @NAME}, to the abstract one of that name, as everybody writes it.
     *
     * @throws ErrnoException ENAMETOOLONG for a path of more than 107 bytes, ECONNREFUSED when nobody listens
     */
    public static UnixSocket connect(Kind kind, String path) throws IOException {
        return at(kind, path, CONNECT, "connect");
    }

    /**
     * A socket of that name, which somebody else will listen on.
     *
     * @throws ErrnoException ENAMETOOLONG for a path of more than 107 bytes, EADDRINUSE when the name is there
     */
    public static UnixSocket bind(Kind kind, String path) throws IOException {
        return at(kind, path, BIND, "bind");
    }

    /**
     * Lets callers connect from now on.
     *
     * @param backlog how many of them may wait to be accepted
     */
    public void listen(int backlog) throws IOException {
        try (Frame frame = new Frame()) {
            ErrnoException.check(frame.call(LISTEN, fd.number(), backlog), "listen", fd.label());
        }
    }

    private static UnixSocket at(Kind kind, String path, int call, String verb) throws IOException {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        if (name.length >= PATH_SIZE) {
            throw new ErrnoException(verb, path, Errno.ENAMETOOLONG.number());
        }
        try (Frame frame = new Frame()) {
            long fd = ErrnoException.check(frame.call(SOCKET, AF_UNIX, kind.number | SOCK_CLOEXEC, 0), "socket", path);
            UnixSocket socket = new UnixSocket(Fd.own(fd, path));
            MemorySegment address = frame.space(ADDRESS.byteSize());
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
            long length = ADDRESS.byteSize();
            if (name.length > 0 && name[0] == '@') {
                address.set(ValueLayout.JAVA_BYTE, 2, (byte) 0); // unix(7): all bytes up to the length are the name's
                length = 2L + name.length;
            }
            long r = frame.call(call, fd, address.address(), length);
            if (r < 0) {
                socket.close();
            }
            ErrnoException.check(r, verb, path);
            return socket;
        }
    }

    /**
     * A socket that this process was given by whoever started it.
     *
     * @throws ErrnoException ENOTSOCK when it is none
     */
    public static UnixSocket given(Fd fd) throws IOException {
        UnixSocket socket = new UnixSocket(fd);
        int unused = socket.option(SO_TYPE);
        return socket;
    }

    private int option(int name) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment value = frame.space(8);
            MemorySegment length = frame.space(8);
            length.set(ValueLayout.JAVA_INT, 0, Integer.BYTES);
            long r = frame.call(GETSOCKOPT, fd.number(), SOL_SOCKET, name, value.address(), length.address());
            ErrnoException.check(r, "getsockopt", fd.label());
            return value.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /** Whether callers connect to it, rather than one of them to its other end. */
    public boolean isListening() throws IOException {
        return option(SO_ACCEPTCONN) != 0;
    }

    /** The path that it is bound to; empty when there is none in the file system. */
    public Optional<String> path() throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment address = frame.space(ADDRESS.byteSize() + 1);
            MemorySegment length = frame.space(8);
            length.set(ValueLayout.JAVA_INT, 0, (int) ADDRESS.byteSize());
            long r = frame.call(GETSOCKNAME, fd.number(), address.address(), length.address());
            ErrnoException.check(r, "getsockname", fd.label());
            boolean named = length.get(ValueLayout.JAVA_INT, 0) > 2 && address.get(ValueLayout.JAVA_BYTE, 2) != 0;
            return named ? Optional.of(address.getString(2, StandardCharsets.UTF_8)) : Optional.empty();
        }
    }

    /**
     * Waits for somebody to connect.
     *
     * @throws ErrnoException EINVAL when the socket is {@link #shutdown}, by another thread as well
     */
    public UnixSocket accept() throws IOException {
        try (Frame frame = new Frame()) {
            long r;
            do {
                r = frame.call(ACCEPT4, fd.number(), 0, 0, SOCK_CLOEXEC);
            } while (r == -Errno.EINTR.number());
            return new UnixSocket(Fd.own(ErrnoException.check(r, "accept4", fd.label()), "a caller of " + fd.label()));
        }
    }

    /** The descriptor, which stays this object's. */
    public Fd fd() {
        return fd;
    }

    /** Sends bytes; all of them, or it fails. Nobody is there to read them: EPIPE, and no signal. */
    public void send(byte[] bytes) throws IOException {
        send(bytes, List.of());
    }

    /** Sends bytes, at least one, and copies of descriptors. */
    public void send(byte[] bytes, List<Fd> fds) throws IOException {
        if (bytes.length == 0 || fds.size() > MAX_FDS) {
            throw new IllegalArgumentException(
                    "a message of " + bytes.length + " bytes and " + fds.size() + " descriptors");
        }
        try (Frame frame = new Frame()) {
            MemorySegment body = frame.space(bytes.length);
            MemorySegment.copy(bytes, 0, body, ValueLayout.JAVA_BYTE, 0, bytes.length);
            MemorySegment control = control(frame, fds);
            for (long done = 0; done < bytes.length; ) {
                MemorySegment first = done == 0 ? control : MemorySegment.NULL;
                MemorySegment header = header(frame, body.address() + done, bytes.length - done, first);
                long n = frame.call(SENDMSG, fd.number(), header.address(), MSG_NOSIGNAL);
                if (n != -Errno.EINTR.number()) {
                    done += ErrnoException.check(n, "sendmsg", fd.label());
                }
            }
        }
    }

    private static MemorySegment control(Frame frame, List<Fd> fds) throws IOException {
        if (fds.isEmpty()) {
            return MemorySegment.NULL;
        }
        long length = CMSGHDR.byteSize() + 4L * fds.size();
        MemorySegment control = frame.space((length + 7) & ~7L);
        control.set(ValueLayout.JAVA_LONG, 0, length);
        control.set(ValueLayout.JAVA_INT, 8, SOL_SOCKET);
        control.set(ValueLayout.JAVA_INT, 12, SCM_RIGHTS);
        for (int i = 0; i < fds.size(); i++) {
            control.set(
                    ValueLayout.JAVA_INT,
                    CMSGHDR.byteSize() + 4L * i,
                    fds.get(i).number());
        }
        return control;
    }

    private static MemorySegment header(Frame frame, long body, long length, MemorySegment control) {
        MemorySegment iovec = frame.space(IOVEC.byteSize());
        iovec.set(ValueLayout.JAVA_LONG, 0, body);
        iovec.set(ValueLayout.JAVA_LONG, 8, length);
        MemorySegment header = frame.space(MSGHDR.byteSize());
        header.set(ValueLayout.JAVA_LONG, 16, iovec.address());
        header.set(ValueLayout.JAVA_LONG, 24, 1);
        header.set(ValueLayout.JAVA_LONG, 32, control.address());
        header.set(ValueLayout.JAVA_LONG, 40, control.byteSize());
        return header;
    }

    /**
     * Waits for a message (of a stream: for some bytes).
     *
     * @param most how many bytes it may have
     * @throws ErrnoException EMSGSIZE when it has more, or more descriptors than anybody sends; they are closed then
     */
    public Message receive(int most) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment body = frame.space(most);
            MemorySegment control = frame.space(CMSGHDR.byteSize() + 4L * MAX_FDS);
            MemorySegment header = header(frame, body.address(), most, control);
            long n;
            do {
                n = frame.call(RECVMSG, fd.number(), header.address(), MSG_CMSG_CLOEXEC);
            } while (n == -Errno.EINTR.number());
            ErrnoException.check(n, "recvmsg", fd.label());
            List<Fd> fds = received(control, header.get(ValueLayout.JAVA_LONG, 40));
            if ((header.get(ValueLayout.JAVA_INT, 48) & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
                fds.forEach(Fd::close);
                throw new ErrnoException("recvmsg", fd.label(), Errno.EMSGSIZE.number());
            }
            byte[] bytes = new byte[(int) n];
            MemorySegment.copy(body, ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
            return new Message(bytes, fds);
        }
    }

    /**
     * {@link #receive}, of another end that may have gone without reading everything: that is said once (ECONNRESET), before
     * what it has sent.
     */
    public Message receiveRest(int most) throws IOException {
        try {
            return receive(most);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ECONNRESET)) {
                throw e;
            }
            return receive(most);
        }
    }

    private List<Fd> received(MemorySegment control, long length) {
        List<Fd> fds = new ArrayList<>();
        for (long at = 0; at + CMSGHDR.byteSize() <= length; ) {
            long size = control.get(ValueLayout.JAVA_LONG, at);
            if (size < CMSGHDR.byteSize() || size > length - at) {
                break;
            }
            boolean rights = control.get(ValueLayout.JAVA_INT, at + 8) == SOL_SOCKET
                    && control.get(ValueLayout.JAVA_INT, at + 12) == SCM_RIGHTS;
            for (long fd = at + CMSGHDR.byteSize(); rights && fd + 4 <= at + size; fd += 4) {
                fds.add(Fd.own(control.get(ValueLayout.JAVA_INT, fd), "received over " + this.fd.label()));
            }
            at += (size + 7) & ~7L;
        }
        return fds;
    }

    /**
     * Ends the connection in both directions, the descriptor staying open: a thread that waits in a call with it is woken
     * up, and finds the end (EPIPE where it sends). What the other side was sent it still gets.
     */
    public void shutdown() {
        try (Frame frame = new Frame()) {
            frame.call(SHUTDOWN, fd.number(), SHUT_RDWR);
        } catch (IOException e) {
            // closed already, which is as good
        }
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

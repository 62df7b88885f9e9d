package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * ip(7), ipv6(7), tcp(7), udp(7), sctp(7) on descriptors, which unlike the JDK's channels can be taken over from another process and
 * handed to one. They never wait ({@link Epoll} does), belong to the network namespace of the thread that opens them, and one of IPv6
 * is of IPv6 alone.
 */
public final class InetSocket {
    private static final int SOCKET = Frame.number("socket");
    private static final int BIND = Frame.number("bind");
    private static final int LISTEN = Frame.number("listen");
    private static final int ACCEPT4 = Frame.number("accept4");
    private static final int CONNECT = Frame.number("connect");
    private static final int SHUTDOWN = Frame.number("shutdown");
    private static final int SENDTO = Frame.number("sendto");
    private static final int RECVFROM = Frame.number("recvfrom");
    private static final int GETSOCKNAME = Frame.number("getsockname");
    private static final int GETSOCKOPT = Frame.number("getsockopt");
    private static final int SETSOCKOPT = Frame.number("setsockopt");
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int FLAGS = 02000000 | 04000; // SOCK_CLOEXEC | SOCK_NONBLOCK
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_ERROR = 4;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_TRUNC = 0x20;
    private static final int SHUT_WR = 1;
    private static final int SHUT_RDWR = 2;
    private static final int ADDRESS = 28;
    private static final short BPF_RET = 6;

    private InetSocket() {}

    /** What carries the bytes. */
    public enum Transport {
        TCP(1, 6),
        UDP(2, 17),
        SCTP(1, 132);

        private final int type;
        private final int number;

        Transport(int type, int number) {
            this.type = type;
            this.number = number;
        }

        /** IPPROTO_*. */
        public int number() {
            return number;
        }
    }

    /** A message and who has sent it. */
    public record Datagram(byte[] bytes, InetSocketAddress from) {}

    /** A socket that is not bound yet. */
    public static Fd open(Transport transport, boolean isV6) throws IOException {
        String label = "a socket of " + transport + (isV6 ? " over IPv6" : "");
        try (Frame frame = new Frame()) {
            long r = frame.call(SOCKET, isV6 ? AF_INET6 : AF_INET, transport.type | FLAGS, transport.number);
            Fd fd = Fd.own(ErrnoException.check(r, "socket", label), label);
            try {
                if (isV6) {
                    option(frame, fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
                }
                return fd;
            } catch (IOException e) {
                fd.close();
                throw e;
            }
        }
    }

    private static void option(Frame frame, Fd fd, int level, int name, int value) throws IOException {
        MemorySegment memory = frame.space(4);
        memory.set(ValueLayout.JAVA_INT, 0, value);
        long r = frame.call(SETSOCKOPT, fd.number(), level, name, memory.address(), 4);
        ErrnoException.check(r, "setsockopt", fd.label());
    }

    /** Connections of a former holder of its address that are still ending do not keep it away (SO_REUSEADDR). */
    public static void reuseAddress(Fd socket) throws IOException {
        try (Frame frame = new Frame()) {
            option(frame, socket, SOL_SOCKET, SO_REUSEADDR, 1);
        }
    }

    /** From now on nothing that comes to it reaches it: a filter takes no byte of anything. */
    public static void hearNothing(Fd socket) throws IOException {
        try (Frame frame = new Frame()) {
            // struct sock_filter {code, jt, jf, k}: return 0. struct sock_fprog {len, filter}.
            MemorySegment filter = frame.space(8);
            filter.set(ValueLayout.JAVA_SHORT, 0, BPF_RET);
            MemorySegment program = frame.space(16);
            program.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
            program.set(ValueLayout.JAVA_LONG, 8, filter.address());
            long r = frame.call(SETSOCKOPT, socket.number(), SOL_SOCKET, SO_ATTACH_FILTER, program.address(), 16);
            ErrnoException.check(r, "setsockopt(SO_ATTACH_FILTER)", socket.label());
        }
    }

    /** struct sockaddr_in, struct sockaddr_in6. */
    private static MemorySegment pack(Frame frame, InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        MemorySegment packed = frame.space(ADDRESS);
        byte[] bytes = ip.getAddress();
        boolean isV4 = ip instanceof Inet4Address;
        packed.set(ValueLayout.JAVA_SHORT, 0, (short) (isV4 ? AF_INET : AF_INET6));
        packed.set(ValueLayout.JAVA_BYTE, 2, (byte) (address.getPort() >> 8));
        packed.set(ValueLayout.JAVA_BYTE, 3, (byte) address.getPort());
        MemorySegment.copy(bytes, 0, packed, ValueLayout.JAVA_BYTE, isV4 ? 4 : 8, bytes.length);
        return packed;
    }

    private static long size(InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address ? 16 : ADDRESS;
    }

    private static InetSocketAddress unpack(MemorySegment packed) throws IOException {
        boolean isV4 = packed.get(ValueLayout.JAVA_SHORT, 0) == AF_INET;
        int port = Byte.toUnsignedInt(packed.get(ValueLayout.JAVA_BYTE, 2)) << 8
                | Byte.toUnsignedInt(packed.get(ValueLayout.JAVA_BYTE, 3));
        byte[] bytes = new byte[isV4 ? 4 : 16];
        MemorySegment.copy(packed, ValueLayout.JAVA_BYTE, isV4 ? 4 : 8, bytes, 0, bytes.length);
        return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
    }

    /**
     * Gives it an address; port 0 is one that the kernel chooses.
     *
     * @throws ErrnoException EADDRINUSE, EADDRNOTAVAIL, EACCES
     */
    public static void bind(Fd socket, InetSocketAddress address) throws IOException {
        try (Frame frame = new Frame()) {
            long r = frame.call(BIND, socket.number(), pack(frame, address).address(), size(address));
            ErrnoException.check(r, "bind", text(address));
        }
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    public static void listen(Fd socket, int backlog) throws IOException {
        try (Frame frame = new Frame()) {
            ErrnoException.check(frame.call(LISTEN, socket.number(), backlog), "listen", socket.label());
        }
    }

    /**
     * Nobody can connect to it any more, whoever has it open: a child that has not executed its program yet may, for a moment after it
     * was closed here.
     */
    public static void stopListening(Fd socket) throws IOException {
        try (Frame frame = new Frame()) {
            // One that does not listen has nothing to stop.
            frame.call(SHUTDOWN, socket.number(), SHUT_RDWR);
        }
    }

    /** The address that it is bound to. */
    public static InetSocketAddress localAddress(Fd socket) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment address = frame.space(ADDRESS);
            MemorySegment length = frame.space(4);
            length.set(ValueLayout.JAVA_INT, 0, ADDRESS);
            long r = frame.call(GETSOCKNAME, socket.number(), address.address(), length.address());
            ErrnoException.check(r, "getsockname", socket.label());
            return unpack(address);
        }
    }

    /** The next connection; empty when there is none now, or it has ended already. */
    public static Optional<Fd> accept(Fd socket) throws IOException {
        try (Frame frame = new Frame()) {
            long r = frame.call(ACCEPT4, socket.number(), 0, 0, FLAGS);
            if (isNotNow(r) || r == -Errno.ECONNABORTED.number()) {
                return Optional.empty();
            }
            return Optional.of(
                    Fd.own(ErrnoException.check(r, "accept4", socket.label()), "a caller of " + socket.label()));
        }
    }

    private static boolean isNotNow(long r) {
        return r == -Errno.EAGAIN.number() || r == -Errno.EINTR.number();
    }

    /** Connects it; false when that takes a while: it can be written to then, or has an {@link #error}. */
    public static boolean connect(Fd socket, InetSocketAddress to) throws IOException {
        try (Frame frame = new Frame()) {
            long r = frame.call(CONNECT, socket.number(), pack(frame, to).address(), size(to));
            if (r == -Errno.EINPROGRESS.number()) {
                return false;
            }
            ErrnoException.check(r, "connect", text(to));
            return true;
        }
    }

    /** What has gone wrong with it, as errno; asking makes it forget that. */
    public static OptionalInt error(Fd socket) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment value = frame.space(8);
            MemorySegment length = frame.space(4);
            length.set(ValueLayout.JAVA_INT, 0, 4);
            long r = frame.call(GETSOCKOPT, socket.number(), SOL_SOCKET, SO_ERROR, value.address(), length.address());
            ErrnoException.check(r, "getsockopt", socket.label());
            int errno = value.get(ValueLayout.JAVA_INT, 0);
            return errno == 0 ? OptionalInt.empty() : OptionalInt.of(errno);
        }
    }

    /** Nothing more will be sent: the other side reads to the end. */
    public static void endOutput(Fd socket) throws IOException {
        try (Frame frame = new Frame()) {
            // It may be gone already, which is as good.
            frame.call(SHUTDOWN, socket.number(), SHUT_WR);
        }
    }

    /** What has come; no bytes at the end; empty when there is nothing now. */
    public static Optional<byte[]> read(Fd socket, int most) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment buffer = frame.space(most);
            long n = frame.call(RECVFROM, socket.number(), buffer.address(), most, 0, 0, 0);
            if (isNotNow(n)) {
                return Optional.empty();
            }
            ErrnoException.check(n, "recvfrom", socket.label());
            return Optional.of(copy(buffer, (int) n));
        }
    }

    private static byte[] copy(MemorySegment buffer, int length) {
        byte[] bytes = new byte[length];
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, length);
        return bytes;
    }

    /** Sends what it takes of the bytes from that place on, and tells how many; 0 when it takes none now. */
    public static int write(Fd socket, byte[] bytes, int from) throws IOException {
        int length = bytes.length - from;
        try (Frame frame = new Frame()) {
            MemorySegment buffer = frame.space(Math.max(1, length));
            MemorySegment.copy(bytes, from, buffer, ValueLayout.JAVA_BYTE, 0, length);
            long n = frame.call(SENDTO, socket.number(), buffer.address(), length, MSG_NOSIGNAL, 0, 0);
            return isNotNow(n) ? 0 : (int) ErrnoException.check(n, "sendto", socket.label());
        }
    }

    /** The next datagram, at most so long; longer ones are passed over. Empty when there is none now. */
    public static Optional<Datagram> receive(Fd socket, int most) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment buffer = frame.space(most);
            MemorySegment address = frame.space(ADDRESS);
            MemorySegment length = frame.space(4);
            while (true) {
                length.set(ValueLayout.JAVA_INT, 0, ADDRESS);
                long n = frame.call(
                        RECVFROM,
                        socket.number(),
                        buffer.address(),
                        most,
                        MSG_TRUNC,
                        address.address(),
                        length.address());
                if (isNotNow(n)) {
                    return Optional.empty();
                }
                ErrnoException.check(n, "recvfrom", socket.label());
                if (n <= most) {
                    return Optional.of(new Datagram(copy(buffer, (int) n), unpack(address)));
                }
            }
        }
    }

    /** Sends a datagram; false when there is no room for it now. */
    public static boolean send(Fd socket, byte[] bytes, InetSocketAddress to) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment buffer = frame.space(Math.max(1, bytes.length));
            MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
            long address = pack(frame, to).address();
            long n = frame.call(
                    SENDTO, socket.number(), buffer.address(), bytes.length, MSG_NOSIGNAL, address, size(to));
            if (isNotNow(n) || n == -Errno.ENOBUFS.number()) {
                return false;
            }
            ErrnoException.check(n, "sendto", text(to));
            return true;
        }
    }
}

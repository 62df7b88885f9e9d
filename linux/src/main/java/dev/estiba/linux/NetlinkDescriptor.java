package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** netlink(7), the socket alone: bytes to the kernel and from it. {@code linux.netlink} knows what they mean. */
public final class NetlinkDescriptor {
    private static final int SOCKET = Frame.number("socket");
    private static final int BIND = Frame.number("bind");
    private static final int SENDTO = Frame.number("sendto");
    private static final int RECVFROM = Frame.number("recvfrom");
    private static final int SETSOCKOPT = Frame.number("setsockopt");
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NETLINK_GET_STRICT_CHK = 12;
    private static final int MSG_TRUNC = 0x20;
    /** struct sockaddr_nl. */
    private static final int ADDRESS = 12;

    private static final int RECEIVE = 64 << 10;
    private static final int ROOM = 4 << 20;
    private static final long ANSWER_SECONDS = 30;

    private NetlinkDescriptor() {}

    /**
     * A socket in the calling thread's network namespace, with strict checking and errors in words where the kernel has them.
     *
     * @param protocol NETLINK_*
     */
    public static Fd open(int protocol, String label) throws IOException {
        try (Frame frame = new Frame()) {
            long r = frame.call(SOCKET, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
            Fd fd = Fd.own(ErrnoException.check(r, "socket", label), label);
            try {
                MemorySegment address = frame.space(ADDRESS);
                address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_NETLINK);
                ErrnoException.check(frame.call(BIND, fd.number(), address.address(), ADDRESS), "bind", label);
                MemorySegment value = frame.space(16);
                value.set(ValueLayout.JAVA_INT, 0, 1);
                // Each is younger than the next older kernel that we run on; without it errors have fewer words.
                for (int option : new int[] {NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK}) {
                    frame.call(SETSOCKOPT, fd.number(), SOL_NETLINK, option, value.address(), 4);
                }
                value.set(ValueLayout.JAVA_INT, 0, ROOM);
                frame.call(SETSOCKOPT, fd.number(), SOL_SOCKET, SO_RCVBUFFORCE, value.address(), 4);
                // The kernel answers while it is sent to; who waits longer than this waits for a mistake.
                value.set(ValueLayout.JAVA_LONG, 0, ANSWER_SECONDS);
                value.set(ValueLayout.JAVA_LONG, 8, 0);
                frame.call(SETSOCKOPT, fd.number(), SOL_SOCKET, SO_RCVTIMEO, value.address(), 16);
                return fd;
            } catch (IOException e) {
                fd.close();
                throw e;
            }
        }
    }

    /** Sends the kernel messages, all at once: a batch of nfnetlink must not be cut. */
    public static void send(Fd socket, ByteBuffer messages) throws IOException {
        int length = messages.remaining();
        try (Frame frame = new Frame()) {
            MemorySegment address = frame.space(ADDRESS);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_NETLINK);
            MemorySegment bytes = frame.space(Math.max(1, length));
            MemorySegment.copy(
                    messages.array(),
                    messages.arrayOffset() + messages.position(),
                    bytes,
                    ValueLayout.JAVA_BYTE,
                    0,
                    length);
            long n;
            do {
                n = sendOnce(frame, socket, bytes, length, address);
                if (n == -Errno.EMSGSIZE.number()) {
                    makeRoom(frame, socket, length);
                    n = sendOnce(frame, socket, bytes, length, address);
                }
            } while (n == -Errno.EINTR.number());
            ErrnoException.check(n, "sendto", socket.label());
        }
    }

    private static long sendOnce(Frame frame, Fd socket, MemorySegment bytes, int length, MemorySegment address)
            throws IOException {
        return frame.call(SENDTO, socket.number(), bytes.address(), length, 0, address.address(), ADDRESS);
    }

    private static void makeRoom(Frame frame, Fd socket, int length) throws IOException {
        MemorySegment value = frame.space(4);
        value.set(ValueLayout.JAVA_INT, 0, Math.addExact(Math.multiplyExact(length, 2), 4096));
        long r = frame.call(SETSOCKOPT, socket.number(), SOL_SOCKET, SO_SNDBUFFORCE, value.address(), 4);
        ErrnoException.check(r, "setsockopt(SO_SNDBUFFORCE)", socket.label());
    }

    /**
     * The next datagram, which may have several messages.
     *
     * @throws ErrnoException EAGAIN when the kernel did not answer; ENOBUFS when it could not, because an answer was too large;
     *     EMSGSIZE when a datagram is larger than any that it sends
     */
    public static ByteBuffer receive(Fd socket) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment bytes = frame.space(RECEIVE);
            long n;
            do {
                n = frame.call(RECVFROM, socket.number(), bytes.address(), RECEIVE, MSG_TRUNC, 0, 0);
            } while (n == -Errno.EINTR.number());
            ErrnoException.check(n, "recvfrom", socket.label());
            if (n > RECEIVE) {
                throw new ErrnoException("recvfrom", socket.label(), Errno.EMSGSIZE.number());
            }
            byte[] copy = new byte[(int) n];
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, copy, 0, copy.length);
            return ByteBuffer.wrap(copy).order(ByteOrder.nativeOrder());
        }
    }
}

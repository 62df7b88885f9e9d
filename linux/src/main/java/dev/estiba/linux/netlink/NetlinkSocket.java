package dev.estiba.linux.netlink;

import dev.estiba.linux.Fd;
import dev.estiba.linux.NetlinkDescriptor;
import dev.estiba.linux.NetworkNamespace;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A conversation with the kernel about one network namespace. Used by one thread at a time (the methods are synchronized). */
public final class NetlinkSocket implements AutoCloseable {
    private static final int HEADER = 16;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int NLMSG_OVERRUN = 4;
    private static final int CAPPED = 0x100;
    private static final int HAS_WORDS = 0x200;
    private static final int DUMP_INTERRUPTED = 0x10;
    private static final int WORDS = 1;
    private static final int MOST_REPLIES = 1_000_000;

    private final Fd fd;
    private int sequence;

    private NetlinkSocket(Fd fd) {
        this.fd = fd;
    }

    /** What the conversation is about. */
    public enum Family {
        /** rtnetlink(7). */
        ROUTE(0),
        /** nfnetlink: nf_tables and conntrack. */
        NETFILTER(12);

        private final int protocol;

        Family(int protocol) {
            this.protocol = protocol;
        }
    }

    /** An answer: its type, its flags and its body. */
    public record Reply(int type, int flags, byte[] body) {
        /** The attributes behind a fixed header of that size. */
        public Attributes attributes(int header) throws IOException {
            return Attributes.read(body, header);
        }
    }

    /** A socket in a namespace, which stays the caller's and need not stay open. */
    public static NetlinkSocket open(Fd namespace, Family family) throws IOException {
        return NetworkNamespace.in(namespace, () -> open(family));
    }

    /** A socket in the calling thread's namespace. */
    public static NetlinkSocket open(Family family) throws IOException {
        String label = "the kernel's " + family.name().toLowerCase(Locale.ROOT) + " socket";
        return new NetlinkSocket(NetlinkDescriptor.open(family.protocol, label));
    }

    /**
     * Carries out messages in their order, in one system call. Each is tried, also after one has failed.
     *
     * @return for each its refusal, in their order; empty where it was done
     */
    public synchronized List<Optional<NetlinkException>> tryAll(List<Message> messages) throws IOException {
        int first = send(messages, Message.ACK);
        List<Optional<NetlinkException>> results = new ArrayList<>();
        messages.forEach(message -> results.add(Optional.empty()));
        int left = messages.size();
        while (left > 0) {
            for (Frame answer : receive()) {
                int at = answer.sequence() - first;
                if (at < 0 || at >= messages.size() || answer.type() != NLMSG_ERROR) {
                    continue;
                }
                results.set(at, refusal(answer, messages.get(at).purpose()));
                left--;
            }
        }
        return results;
    }

    /** {@link #tryAll}, which must all succeed: the first refusal is thrown, the others are with it as suppressed ones. */
    public void carryOut(List<Message> messages) throws IOException {
        throwFirst(tryAll(messages));
    }

    private static void throwFirst(List<Optional<NetlinkException>> results) throws NetlinkException {
        List<NetlinkException> refusals =
                results.stream().flatMap(Optional::stream).toList();
        if (!refusals.isEmpty()) {
            NetlinkException first = refusals.getFirst();
            refusals.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    public void carryOut(Message... messages) throws IOException {
        carryOut(List.of(messages));
    }

    /** Carries one out; false when the answer is that error. */
    public boolean carryOutUnless(Errno tolerated, Message message) throws IOException {
        Optional<NetlinkException> refusal = tryAll(List.of(message)).getFirst();
        if (refusal.isPresent() && !refusal.get().is(tolerated)) {
            throw refusal.get();
        }
        return refusal.isEmpty();
    }

    /** Asks for one thing. Empty when the kernel has none of it (ENOENT, ENODEV). */
    public synchronized Optional<Reply> get(Message message) throws IOException {
        int asked = send(List.of(message), Message.ACK);
        Optional<Reply> reply = Optional.empty();
        while (true) {
            for (Frame answer : receive()) {
                if (answer.sequence() != asked) {
                    continue;
                }
                if (answer.type() != NLMSG_ERROR) {
                    reply = Optional.of(new Reply(answer.type(), answer.flags(), answer.body()));
                    continue;
                }
                Optional<NetlinkException> refusal = refusal(answer, message.purpose());
                if (refusal.isEmpty()
                        || refusal.get().is(Errno.ENOENT)
                        || refusal.get().is(Errno.ENODEV)) {
                    return reply;
                }
                throw refusal.get();
            }
        }
    }

    /** Asks for everything of a kind; once more when it has changed meanwhile. */
    public synchronized List<Reply> dump(Message message) throws IOException {
        for (int round = 0; ; round++) {
            List<Reply> replies = new ArrayList<>();
            boolean isConsistent = dumpOnce(message, replies);
            if (isConsistent || round == 5) {
                return replies;
            }
        }
    }

    private boolean dumpOnce(Message message, List<Reply> replies) throws IOException {
        int asked = send(List.of(message), Message.DUMP);
        boolean isConsistent = true;
        while (true) {
            for (Frame answer : receive()) {
                if (answer.sequence() != asked) {
                    continue;
                }
                isConsistent &= (answer.flags() & DUMP_INTERRUPTED) == 0;
                if (answer.type() == NLMSG_DONE) {
                    return isConsistent;
                }
                if (answer.type() == NLMSG_ERROR) {
                    Optional<NetlinkException> refusal = refusal(answer, message.purpose());
                    if (refusal.isPresent() && refusal.get().is(Errno.ENOENT)) {
                        return true;
                    }
                    if (refusal.isPresent()) {
                        throw refusal.get();
                    }
                    continue;
                }
                if (replies.size() == MOST_REPLIES) {
                    throw new IOException("cannot " + message.purpose() + ": more than " + MOST_REPLIES + " answers");
                }
                replies.add(new Reply(answer.type(), answer.flags(), answer.body()));
            }
        }
    }

    /**
     * Carries out messages of nfnetlink together: all of them or, when one is refused, none.
     *
     * @param begin and end of the batch, which are not acknowledged
     */
    synchronized void batch(Message begin, List<Message> messages, Message end) throws IOException {
        if (messages.isEmpty()) {
            return;
        }
        int last = messages.size();
        ByteBuffer bytes =
                ByteBuffer.allocate(size(messages) + size(List.of(begin, end))).order(ByteOrder.nativeOrder());
        int first = sequence + 1;
        append(bytes, begin, 0);
        for (int i = 0; i < last; i++) {
            // Errors are told of each; that there was none is asked of the last one only.
            append(bytes, messages.get(i), i == last - 1 ? Message.ACK : 0);
        }
        append(bytes, end, 0);
        NetlinkDescriptor.send(fd, bytes.flip());
        List<Optional<NetlinkException>> refusals = new ArrayList<>();
        boolean isOver = false;
        while (!isOver) {
            for (Frame answer : receive()) {
                int at = answer.sequence() - first;
                if (at < 0 || at > last + 1 || answer.type() != NLMSG_ERROR) {
                    continue;
                }
                Message about = at == 0 || at > last ? begin : messages.get(at - 1);
                refusals.add(refusal(answer, about.purpose()));
                isOver |= at == last || at == 0;
            }
        }
        throwFirst(refusals);
    }

    /** The number of the first one. */
    private int send(List<Message> messages, int flags) throws IOException {
        if (messages.isEmpty()) {
            return 0;
        }
        ByteBuffer bytes = ByteBuffer.allocate(size(messages)).order(ByteOrder.nativeOrder());
        int first = sequence + 1;
        for (Message message : messages) {
            append(bytes, message, flags);
        }
        NetlinkDescriptor.send(fd, bytes.flip());
        return first;
    }

    private static int size(List<Message> messages) {
        int size = 0;
        for (Message message : messages) {
            size = Math.addExact(size, HEADER + ((message.body().length + 3) & ~3));
        }
        return size;
    }

    private void append(ByteBuffer bytes, Message message, int flags) {
        sequence++;
        bytes.putInt(HEADER + message.body().length)
                .putShort((short) message.type())
                .putShort((short) (message.flags() | flags | Message.REQUEST))
                .putInt(sequence)
                .putInt(0)
                .put(message.body());
        while (bytes.position() % 4 != 0) {
            bytes.put((byte) 0);
        }
    }

    /** A message as it came. */
    record Frame(int type, int flags, int sequence, byte[] body) {}

    private List<Frame> receive() throws IOException {
        return frames(NetlinkDescriptor.receive(fd));
    }

    /** The messages of a datagram. */
    static List<Frame> frames(ByteBuffer datagram) throws IOException {
        List<Frame> frames = new ArrayList<>();
        int end = datagram.limit();
        for (int at = 0; at + HEADER <= end; ) {
            int length = datagram.getInt(at);
            if (length < HEADER || length > end - at) {
                throw new IOException(
                        "a message of netlink says it has " + length + " bytes where " + (end - at) + " are left");
            }
            int type = Short.toUnsignedInt(datagram.getShort(at + 4));
            if (type == NLMSG_OVERRUN) {
                throw new IOException("netlink has lost a message");
            }
            byte[] body = new byte[length - HEADER];
            datagram.get(at + HEADER, body);
            frames.add(new Frame(type, Short.toUnsignedInt(datagram.getShort(at + 6)), datagram.getInt(at + 8), body));
            at += (length + 3) & ~3;
        }
        return frames;
    }

    /** struct nlmsgerr: the error, the header of the message that it is about, the message itself unless capped, and words. */
    static Optional<NetlinkException> refusal(Frame answer, String purpose) throws IOException {
        byte[] body = answer.body();
        if (body.length < 4 + HEADER) {
            throw new IOException("an answer of netlink of " + body.length + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.wrap(body).order(ByteOrder.nativeOrder());
        int error = bytes.getInt(0);
        if (error == 0) {
            return Optional.empty();
        }
        String words = "";
        if ((answer.flags() & HAS_WORDS) != 0) {
            int original = (answer.flags() & CAPPED) != 0 ? HEADER : Math.max(HEADER, bytes.getInt(4));
            int at = 4 + ((original + 3) & ~3);
            words = at < 0 || at > body.length
                    ? ""
                    : Attributes.read(body, at).text(WORDS).orElse("");
        }
        return Optional.of(new NetlinkException(purpose, error == Integer.MIN_VALUE ? 0 : Math.abs(error), words));
    }

    @Override
    public void close() {
        fd.close();
    }
}

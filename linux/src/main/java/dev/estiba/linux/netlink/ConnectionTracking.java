package dev.estiba.linux.netlink;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Tracked connections (conntrack). One that has begun keeps its translation: when a port is given to another container, a client's
 * stream of datagrams would go on to the old one, or to nobody.
 */
public final class ConnectionTracking {
    private static final int SUBSYSTEM = 1 << 8;
    private static final int GET = SUBSYSTEM | 1;
    private static final int DELETE = SUBSYSTEM | 2;
    private static final int HEADER = 4;
    private static final int ORIGINAL = 1;
    private static final int REPLY = 2;
    private static final int ID = 12;
    private static final int ZONE = 18;

    private ConnectionTracking() {}

    /** One direction of a connection. */
    public record Direction(InetAddress from, InetAddress to, int protocol, int fromPort, int toPort) {}

    /**
     * A connection.
     *
     * @param original as its first packet came
     * @param reply as answers to it come, which shows what was translated
     */
    public record Connection(Direction original, Direction reply) {}

    /**
     * Forgets connections.
     *
     * @return how many there were
     */
    public static int forget(NetlinkSocket socket, Predicate<Connection> which) throws IOException {
        List<Message> deletions = new ArrayList<>();
        for (NetlinkSocket.Reply reply :
                socket.dump(Message.of("list the connections", GET, 0, new Payload().u32(0)))) {
            Attributes attributes = reply.attributes(HEADER);
            Optional<Direction> original = direction(attributes.nested(ORIGINAL));
            Optional<Direction> back = direction(attributes.nested(REPLY));
            if (original.isPresent() && back.isPresent() && which.test(new Connection(original.get(), back.get()))) {
                deletions.add(deletion(reply.body()[0], attributes));
            }
        }
        int forgotten = 0;
        for (Optional<NetlinkException> refusal : socket.tryAll(deletions)) {
            if (refusal.isPresent() && !refusal.get().is(Errno.ENOENT)) {
                throw refusal.get();
            }
            forgotten += refusal.isEmpty() ? 1 : 0;
        }
        return forgotten;
    }

    private static Message deletion(int family, Attributes attributes) {
        Payload body = new Payload().u8(family).u8(0).be16(0);
        int nested = 0x8000;
        attributes.bytes(ORIGINAL).ifPresent(tuple -> body.attribute(ORIGINAL | nested, tuple));
        attributes.bytes(ZONE).ifPresent(zone -> body.attribute(ZONE, zone));
        attributes.bytes(ID).ifPresent(id -> body.attribute(ID, id));
        return Message.of("forget a connection", DELETE, 0, body);
    }

    private static Optional<Direction> direction(Attributes tuple) throws IOException {
        Attributes ip = tuple.nested(1);
        Attributes transport = tuple.nested(2);
        Optional<byte[]> from = ip.bytes(1).or(() -> ip.bytes(3));
        Optional<byte[]> to = ip.bytes(2).or(() -> ip.bytes(4));
        if (from.isEmpty() || to.isEmpty() || !isAddress(from.get()) || !isAddress(to.get())) {
            return Optional.empty();
        }
        return Optional.of(new Direction(
                InetAddress.getByAddress(from.get()),
                InetAddress.getByAddress(to.get()),
                transport.number(1).orElse(0),
                transport.networkNumber(2).orElse(0),
                transport.networkNumber(3).orElse(0)));
    }

    private static boolean isAddress(byte[] bytes) {
        return bytes.length == 4 || bytes.length == 16;
    }
}

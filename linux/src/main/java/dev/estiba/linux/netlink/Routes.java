package dev.estiba.linux.netlink;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Routes: RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE of rtnetlink(7). */
public final class Routes {
    private static final int HEADER = 12;
    private static final int NEWROUTE = 24;
    private static final int DELROUTE = 25;
    private static final int GETROUTE = 26;
    private static final int DST = 1;
    private static final int OIF = 4;
    private static final int GATEWAY = 5;
    private static final int PRIORITY = 6;
    private static final int TABLE_MAIN = 254;
    private static final int PROTOCOL_STATIC = 4;
    private static final int SCOPE_LINK = 253;
    private static final int UNICAST = 1;

    private Routes() {}

    /**
     * A way to a network.
     *
     * @param destination its first address; of the default route the one with zeros alone
     * @param gateway empty when the network is at the device itself
     * @param index of the device, or 0
     * @param metric of several the lowest is taken
     */
    public record Route(InetAddress destination, int prefix, Optional<InetAddress> gateway, int index, int metric) {}

    private static Payload body(Route route) {
        Payload body = new Payload()
                .u8(Addresses.family(route.destination()))
                .u8(route.prefix())
                .u8(0)
                .u8(0)
                .u8(TABLE_MAIN)
                .u8(PROTOCOL_STATIC)
                .u8(route.gateway().isPresent() ? 0 : SCOPE_LINK)
                .u8(UNICAST)
                .u32(0);
        if (route.prefix() > 0) {
            body.attribute(DST, route.destination().getAddress());
        }
        route.gateway().ifPresent(gateway -> body.attribute(GATEWAY, gateway.getAddress()));
        if (route.index() > 0) {
            body.attributeU32(OIF, route.index());
        }
        if (route.metric() > 0) {
            body.attributeU32(PRIORITY, route.metric());
        }
        return body;
    }

    /** Adds a route, or replaces the one of the same destination and metric. */
    public static Message add(Route route) {
        return Message.of(
                "add a route to " + route.destination().getHostAddress() + "/" + route.prefix(),
                NEWROUTE,
                Message.CREATE | Message.REPLACE,
                body(route));
    }

    /** Removes a route. */
    public static Message remove(Route route) {
        return Message.of(
                "remove the route to " + route.destination().getHostAddress() + "/" + route.prefix(),
                DELROUTE,
                0,
                body(route));
    }

    /** The routes of the main table. */
    public static List<Route> all(NetlinkSocket socket) throws IOException {
        List<Route> routes = new ArrayList<>();
        for (int family : new int[] {Addresses.AF_INET, Addresses.AF_INET6}) {
            Payload any = new Payload().u8(family).u8(0).u16(0).u32(0).u32(0);
            for (NetlinkSocket.Reply reply : socket.dump(Message.of("list the routes", GETROUTE, 0, any))) {
                if (reply.type() == NEWROUTE) {
                    routes.addAll(route(reply.body()));
                }
            }
        }
        return routes;
    }

    /** struct rtmsg: none when it is not of the main table, or is no way to anywhere. */
    static List<Route> route(byte[] body) throws IOException {
        if (body.length < HEADER) {
            throw new IOException("a route of " + body.length + " bytes");
        }
        int size = body[0] == Addresses.AF_INET ? 4 : 16;
        int table = Byte.toUnsignedInt(body[4]);
        if ((body[0] != Addresses.AF_INET && body[0] != Addresses.AF_INET6)
                || table != TABLE_MAIN
                || body[7] != UNICAST) {
            return List.of();
        }
        Attributes attributes = Attributes.read(body, HEADER);
        byte[] destination = attributes.bytes(DST).orElse(new byte[size]);
        Optional<byte[]> gateway = attributes.bytes(GATEWAY).filter(bytes -> bytes.length == size);
        if (destination.length != size) {
            return List.of();
        }
        return List.of(new Route(
                InetAddress.getByAddress(destination),
                Byte.toUnsignedInt(body[1]),
                gateway.isPresent() ? Optional.of(InetAddress.getByAddress(gateway.get())) : Optional.empty(),
                attributes.number(OIF).orElse(0),
                attributes.number(PRIORITY).orElse(0)));
    }
}

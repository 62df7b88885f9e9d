package dev.estiba.linux.netlink;

import dev.estiba.linux.Fd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Network devices: RTM_NEWLINK, RTM_DELLINK, RTM_SETLINK, RTM_GETLINK of rtnetlink(7). */
public final class Links {
    /** lo's number in every namespace. */
    public static final int LOOPBACK = 1;

    private static final int HEADER = 16;
    private static final int NEWLINK = 16;
    private static final int DELLINK = 17;
    private static final int GETLINK = 18;
    private static final int SETLINK = 19;
    private static final int IFF_UP = 1;
    static final int ADDRESS = 1;
    static final int IFNAME = 3;
    static final int MTU = 4;
    private static final int MASTER = 10;
    private static final int PROTINFO = 12;
    static final int LINKINFO = 18;
    static final int GROUP = 27;
    static final int NET_NS_FD = 28;
    private static final int EXT_MASK = 29;
    /** RTEXT_FILTER_SKIP_STATS: counters are half of an answer, and nobody here reads them. */
    private static final int NO_STATISTICS = 8;

    static final int INFO_KIND = 1;
    static final int INFO_DATA = 2;
    private static final int VETH_PEER = 1;
    private static final int BRPORT_MODE = 4;
    private static final int BRPORT_ISOLATED = 33;
    private static final int BR_FORWARD_DELAY = 1;
    private static final int BR_MULTICAST_SNOOPING = 23;
    private static final int AF_BRIDGE = 7;
    private static final int LONGEST_NAME = 15;

    private Links() {}

    /** Six bytes that a device is known by on its wire. */
    public record Mac(String text) {
        public Mac {
            if (!text.matches("[0-9a-f]{2}(:[0-9a-f]{2}){5}")) {
                throw new IllegalArgumentException("not a MAC address: " + text);
            }
        }

        /** From six bytes. */
        public static Mac of(byte[] bytes) {
            return new Mac(HexFormat.ofDelimiter(":").formatHex(bytes));
        }

        /** Its six bytes. */
        public byte[] bytes() {
            return HexFormat.ofDelimiter(":").parseHex(text);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * A device.
     *
     * @param kind as {@code bridge} or {@code veth}; empty for those of hardware and for lo
     * @param master the number of the bridge that it is a port of
     * @param group a number by which whoever has made it may know it again; 0 of others
     */
    public record Link(
            int index,
            String name,
            boolean isUp,
            String kind,
            Optional<Mac> mac,
            int mtu,
            OptionalInt master,
            int group) {}

    /**
     * One end of a pair.
     *
     * @param index its number in its namespace, or 0: the kernel chooses
     * @param mac chosen by the kernel when empty
     * @param mtu 0: 1500
     */
    public record End(String name, int index, Optional<Mac> mac, int mtu) {
        public End {
            checkName(name);
        }
    }

    /** A device's name as the kernel takes it (dev_valid_name). */
    public static void checkName(String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        if (utf8.length == 0
                || utf8.length > LONGEST_NAME
                || name.equals(".")
                || name.equals("..")
                || name.chars().anyMatch(c -> c <= ' ' || c == '/' || c == ':' || c == '%')) {
            throw new IllegalArgumentException("not a name of a network device: '" + name + "'");
        }
    }

    static Payload header(int family, int index, boolean up) {
        return new Payload()
                .u8(family)
                .u8(0)
                .u16(0)
                .u32(index)
                .u32(up ? IFF_UP : 0)
                .u32(up ? IFF_UP : 0);
    }

    /** A bridge that is up. The address must be given: without, it would change with the ports. */
    public static Message makeBridge(String name, Mac mac, int mtu) {
        checkName(name);
        Payload body = header(0, 0, true)
                .attribute(IFNAME, name)
                .attribute(ADDRESS, mac.bytes())
                .nest(
                        LINKINFO,
                        info -> info.attribute(INFO_KIND, "bridge")
                                .nest(
                                        INFO_DATA,
                                        data -> data.attributeU32(BR_FORWARD_DELAY, 0)
                                                .attributeU8(BR_MULTICAST_SNOOPING, 0)));
        if (mtu > 0) {
            body.attributeU32(MTU, mtu);
        }
        return Message.of("make the bridge " + name, NEWLINK, Message.CREATE | Message.EXCLUSIVE, body);
    }

    /** A device that only drops. */
    public static Message makeDummy(String name) {
        checkName(name);
        Payload body =
                header(0, 0, true).attribute(IFNAME, name).nest(LINKINFO, info -> info.attribute(INFO_KIND, "dummy"));
        return Message.of("make the device " + name, NEWLINK, Message.CREATE | Message.EXCLUSIVE, body);
    }

    /**
     * A pair of devices, the second of which is born in another namespace under its name: nothing is moved or renamed. It is down,
     * because the kernel brings up no end of which the other one is not there yet (ENOTCONN).
     *
     * @param here up, and where a master is given a port of it
     * @param master the number of a bridge, or 0
     * @param namespace of the second one; borrowed until the message is carried out
     */
    public static Message makePair(End here, int master, End there, Fd namespace) throws IOException {
        int fd = number(namespace);
        Payload body = header(0, here.index(), true).attribute(IFNAME, here.name());
        common(body, here);
        if (master > 0) {
            body.attributeU32(MASTER, master);
        }
        body.nest(
                LINKINFO,
                info -> info.attribute(INFO_KIND, "veth")
                        .nest(
                                INFO_DATA,
                                data -> data.nest(VETH_PEER, peer -> {
                                    peer.raw(header(0, there.index(), false).toBytes())
                                            .attribute(IFNAME, there.name())
                                            .attributeU32(NET_NS_FD, fd);
                                    common(peer, there);
                                })));
        return Message.of(
                "make the pair " + here.name() + " and " + there.name() + " in " + namespace.label(),
                NEWLINK,
                Message.CREATE | Message.EXCLUSIVE,
                body);
    }

    /** Of a descriptor, for the kernel. */
    static int number(Fd descriptor) throws IOException {
        return Integer.parseInt(
                descriptor.procPath().substring(descriptor.procPath().lastIndexOf('/') + 1));
    }

    private static void common(Payload body, End end) {
        end.mac().ifPresent(mac -> body.attribute(ADDRESS, mac.bytes()));
        if (end.mtu() > 0) {
            body.attributeU32(MTU, end.mtu());
        }
    }

    /** Brings a device up. */
    public static Message up(int index) {
        return Message.of("bring device " + index + " up", NEWLINK, 0, header(0, index, true));
    }

    /** Makes a device a port of a bridge. */
    public static Message attach(int index, int master) {
        Payload body = header(0, index, false).attributeU32(MASTER, master);
        return Message.of("attach device " + index + " to bridge " + master, NEWLINK, 0, body);
    }

    /**
     * How a bridge treats one of its ports.
     *
     * @param isolated it reaches the bridge itself, and no port that is isolated too
     * @param hairpin what comes from it may go back to it
     */
    public static Message port(int index, boolean isolated, boolean hairpin) {
        Payload body = header(AF_BRIDGE, index, false)
                .nest(
                        PROTINFO,
                        port -> port.attributeU8(BRPORT_MODE, hairpin ? 1 : 0)
                                .attributeU8(BRPORT_ISOLATED, isolated ? 1 : 0));
        return Message.of("set how the bridge treats its port " + index, SETLINK, 0, body);
    }

    /** Removes a device, and with one of a pair the other. */
    public static Message remove(String name) {
        checkName(name);
        return Message.of(
                "remove the device " + name, DELLINK, 0, header(0, 0, false).attribute(IFNAME, name));
    }

    /** Removes a device by its number. */
    public static Message remove(int index) {
        return Message.of("remove device " + index, DELLINK, 0, header(0, index, false));
    }

    /** The device of that name. */
    public static Optional<Link> find(NetlinkSocket socket, String name) throws IOException {
        checkName(name);
        Message ask = Message.of(
                "look for the device " + name,
                GETLINK,
                0,
                header(0, 0, false).attribute(IFNAME, name).attributeU32(EXT_MASK, NO_STATISTICS));
        Optional<NetlinkSocket.Reply> reply = socket.get(ask);
        return reply.isEmpty() ? Optional.empty() : Optional.of(link(reply.get().body()));
    }

    /** All devices. */
    public static List<Link> all(NetlinkSocket socket) throws IOException {
        List<Link> links = new ArrayList<>();
        for (NetlinkSocket.Reply reply : socket.dump(Message.of(
                "list the devices", GETLINK, 0, header(0, 0, false).attributeU32(EXT_MASK, NO_STATISTICS)))) {
            if (reply.type() == NEWLINK) {
                links.add(link(reply.body()));
            }
        }
        return links;
    }

    /** struct ifinfomsg and what follows it. */
    static Link link(byte[] body) throws IOException {
        if (body.length < HEADER) {
            throw new IOException("a device of " + body.length + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.wrap(body).order(ByteOrder.nativeOrder());
        Attributes attributes = Attributes.read(body, HEADER);
        return new Link(
                bytes.getInt(4),
                attributes.text(IFNAME).orElse(""),
                (bytes.getInt(8) & IFF_UP) != 0,
                attributes.nested(LINKINFO).text(INFO_KIND).orElse(""),
                attributes.bytes(ADDRESS).filter(mac -> mac.length == 6).map(Mac::of),
                attributes.number(MTU).orElse(0),
                attributes.number(MASTER),
                attributes.number(GROUP).orElse(0));
    }
}

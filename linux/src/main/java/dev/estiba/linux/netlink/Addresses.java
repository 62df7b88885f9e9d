package dev.estiba.linux.netlink;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Addresses of devices: RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR of rtnetlink(7). */
public final class Addresses {
    private static final int HEADER = 8;
    private static final int NEWADDR = 20;
    private static final int DELADDR = 21;
    private static final int GETADDR = 22;
    private static final int ADDRESS = 1;
    private static final int LOCAL = 2;
    private static final int BROADCAST = 4;
    private static final int IFA_F_NODAD = 2;
    private static final int SCOPE_LINK = 253;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    private Addresses() {}

    /**
     * An address of a device.
     *
     * @param prefix how many of its bits are the network's
     */
    public record Address(int index, InetAddress address, int prefix) {}

    static int family(InetAddress address) {
        return address instanceof Inet4Address ? AF_INET : AF_INET6;
    }

    private static Payload header(InetAddress address, int prefix, int flags, int scope, int index) {
        return new Payload()
                .u8(family(address))
                .u8(prefix)
                .u8(flags)
                .u8(scope)
                .u32(index)
                .attribute(ADDRESS, address.getAddress())
                .attribute(LOCAL, address.getAddress());
    }

    /** Gives a device an address; one of IPv6 without asking around for another holder of it, which takes a second. */
    public static Message add(int index, InetAddress address, int prefix) {
        boolean isV4 = address instanceof Inet4Address;
        int scope = address.isLinkLocalAddress() ? SCOPE_LINK : 0;
        Payload body = header(address, prefix, isV4 ? 0 : IFA_F_NODAD, scope, index);
        if (isV4 && prefix < 31) {
            body.attribute(BROADCAST, broadcast(address.getAddress(), prefix));
        }
        return Message.of(
                "give device " + index + " the address " + address.getHostAddress() + "/" + prefix,
                NEWADDR,
                Message.CREATE | Message.REPLACE,
                body);
    }

    private static byte[] broadcast(byte[] address, int prefix) {
        int value = ByteBuffer.wrap(address).getInt() | (prefix == 0 ? -1 : -1 >>> prefix);
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    /** Takes an address from a device. */
    public static Message remove(int index, InetAddress address, int prefix) {
        return Message.of(
                "take the address " + address.getHostAddress() + " from device " + index,
                DELADDR,
                0,
                header(address, prefix, 0, 0, index));
    }

    /** All addresses of all devices. */
    public static List<Address> all(NetlinkSocket socket) throws IOException {
        List<Address> addresses = new ArrayList<>();
        Payload any = new Payload().u32(0).u32(0);
        for (NetlinkSocket.Reply reply : socket.dump(Message.of("list the addresses", GETADDR, 0, any))) {
            if (reply.type() == NEWADDR) {
                addresses.addAll(address(reply.body()));
            }
        }
        return addresses;
    }

    /** struct ifaddrmsg: none when it is of a family that has no addresses as we know them. */
    static List<Address> address(byte[] body) throws IOException {
        if (body.length < HEADER) {
            throw new IOException("an address of " + body.length + " bytes");
        }
        Attributes attributes = Attributes.read(body, HEADER);
        byte[] value =
                attributes.bytes(LOCAL).or(() -> attributes.bytes(ADDRESS)).orElse(new byte[0]);
        if (value.length != 4 && value.length != 16) {
            return List.of();
        }
        int index = ByteBuffer.wrap(body).order(ByteOrder.nativeOrder()).getInt(4);
        return List.of(new Address(index, InetAddress.getByAddress(value), Byte.toUnsignedInt(body[1])));
    }
}

package dev.estiba.linux.netlink;

import java.net.InetAddress;

/** Who is known to have which address on a device's wire: RTM_DELNEIGH of rtnetlink(7). */
public final class Neighbours {
    private static final int DELNEIGH = 29;
    private static final int DST = 1;

    private Neighbours() {}

    /** Forgets who has an address; the answer is ENOENT when nobody was known. */
    public static Message forget(int index, InetAddress address) {
        Payload body = new Payload()
                .u8(Addresses.family(address))
                .u8(0)
                .u16(0)
                .u32(index)
                .u16(0)
                .u8(0)
                .u8(0)
                .attribute(DST, address.getAddress());
        return Message.of("forget who has " + address.getHostAddress(), DELNEIGH, 0, body);
    }
}

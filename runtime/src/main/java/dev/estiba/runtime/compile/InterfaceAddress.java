package dev.estiba.runtime.compile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An address of a network interface, as rtnetlink(7) tells and takes it. The kernel forgets an interface's addresses when
 * that goes into another network namespace.
 *
 * @param index the interface's number where it was asked
 * @param family AF_INET or AF_INET6
 * @param flags IFA_F_*
 * @param scope RT_SCOPE_*
 * @param attributes those that say which address it is, as they were told: IFA_ADDRESS, IFA_LOCAL, IFA_BROADCAST
 */
public record InterfaceAddress(int index, int family, int prefix, int flags, int scope, byte[] attributes) {
    private static final int RTM_NEWADDR = 20;
    private static final int REQUEST_ACK_EXCL_CREATE = 0x1 | 0x4 | 0x200 | 0x400;
    private static final int IFA_F_PERMANENT = 0x80;
    private static final int RT_SCOPE_UNIVERSE = 0;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_BROADCAST = 4;
    private static final int IFA_FLAGS = 8;

    /** What an administrator says of an address: IFA_F_NODAD, IFA_F_NOPREFIXROUTE. */
    private static final int KEPT_FLAGS = 0x02 | 0x200;

    private static final int NLMSG_HEADER = 16;
    private static final int IFADDRMSG = 8;
    private static final int ATTRIBUTE_HEADER = 4;

    /** Where {@link #addition} has the interface's number. */
    static final int INDEX_AT = NLMSG_HEADER + 4;

    /**
     * The addresses in what the kernel has answered to RTM_GETADDR. What is cut short ends it.
     *
     * @param messages netlink messages, one behind the other
     */
    public static List<InterfaceAddress> parse(byte[] messages) {
        ByteBuffer in = ByteBuffer.wrap(messages).order(ByteOrder.nativeOrder());
        List<InterfaceAddress> all = new ArrayList<>();
        for (int at = 0; at + NLMSG_HEADER <= messages.length; ) {
            int length = in.getInt(at);
            if (length < NLMSG_HEADER || length > messages.length - at) {
                return all;
            }
            if (in.getShort(at + 4) == RTM_NEWADDR && length >= NLMSG_HEADER + IFADDRMSG) {
                all.add(one(in, at + NLMSG_HEADER, at + length));
            }
            at += aligned(length);
        }
        return all;
    }

    private static InterfaceAddress one(ByteBuffer in, int at, int end) {
        int flags = in.get(at + 2) & 0xff;
        ByteBuffer kept = ByteBuffer.allocate(end - at + 3).order(ByteOrder.nativeOrder());
        for (int next = at + IFADDRMSG; next + ATTRIBUTE_HEADER <= end; ) {
            int length = in.getShort(next) & 0xffff;
            if (length < ATTRIBUTE_HEADER || length > end - next) {
                break;
            }
            int type = in.getShort(next + 2);
            if (type == IFA_FLAGS && length == ATTRIBUTE_HEADER + Integer.BYTES) {
                flags = in.getInt(next + ATTRIBUTE_HEADER);
            } else if (type == IFA_ADDRESS || type == IFA_LOCAL || type == IFA_BROADCAST) {
                kept.put(in.array(), next, length);
                kept.position(aligned(kept.position()));
            }
            next += aligned(length);
        }
        return new InterfaceAddress(
                in.getInt(at + 4),
                in.get(at) & 0xff,
                in.get(at + 1) & 0xff,
                flags,
                in.get(at + 3) & 0xff,
                Arrays.copyOf(kept.array(), kept.position()));
    }

    private static int aligned(int length) {
        return length + 3 & -4;
    }

    /**
     * Whether it goes along (config-linux.md, "Network Devices"): one that somebody has set, and that means the same
     * elsewhere. The others are the kernel's or a lease of a network that may not be the container's.
     */
    boolean isLasting() {
        return (flags & IFA_F_PERMANENT) != 0 && scope == RT_SCOPE_UNIVERSE;
    }

    /** The message that adds it to an interface, whose number is yet to be filled in at {@link #INDEX_AT}. */
    byte[] addition() {
        int kept = flags & KEPT_FLAGS;
        int length = NLMSG_HEADER + IFADDRMSG + attributes.length + ATTRIBUTE_HEADER + Integer.BYTES;
        return ByteBuffer.allocate(length)
                .order(ByteOrder.nativeOrder())
                .putInt(length)
                .putShort((short) RTM_NEWADDR)
                .putShort((short) REQUEST_ACK_EXCL_CREATE)
                .putLong(0)
                .put((byte) family)
                .put((byte) prefix)
                .put((byte) kept)
                .put((byte) scope)
                .putInt(0)
                .put(attributes)
                .putShort((short) (ATTRIBUTE_HEADER + Integer.BYTES))
                .putShort((short) IFA_FLAGS)
                .putInt(kept)
                .array();
    }
}

package dev.estiba.linux.netlink;

import dev.estiba.linux.Fd;
import java.io.IOException;
import java.util.Optional;

/** Network devices that are on top of another one: macvlan, ipvlan and VLANs of IEEE 802.1Q, as ip-link(8) makes them. */
public final class StackedLinks {
    private static final int NEWLINK = 16;
    private static final int SETLINK = 19;
    /** IFLA_LINK: the device beneath. */
    private static final int PARENT = 5;

    private static final int MACVLAN_MODE = 1;
    private static final int IPVLAN_MODE = 1;
    private static final int IPVLAN_FLAGS = 2;
    private static final int VLAN_ID = 1;
    private static final int HIGHEST_VLAN = 4094;

    private StackedLinks() {}

    /** Who shares the device beneath, and how. */
    public sealed interface Kind {
        /** As the kernel calls it. */
        default String word() {
            return switch (this) {
                case Macvlan macvlan -> "macvlan";
                case Ipvlan ipvlan -> "ipvlan";
            };
        }
    }

    /** Each device has a MAC address of its own. */
    public record Macvlan(MacvlanMode mode) implements Kind {}

    /** All devices have the MAC address of the one beneath, and are told apart by their IP addresses. */
    public record Ipvlan(IpvlanMode mode, IpvlanFlag flag) implements Kind {}

    /** Of if_link.h, enum macvlan_mode. */
    public enum MacvlanMode {
        /** None reaches another one. */
        PRIVATE(1),
        /** They reach one another if a switch outside sends their packets back. */
        VEPA(2),
        /** They reach one another. */
        BRIDGE(4),
        /** One alone, which has all of the device beneath. */
        PASSTHRU(8);

        private final int number;

        MacvlanMode(int number) {
            this.number = number;
        }
    }

    /** Of if_link.h, enum ipvlan_mode. */
    public enum IpvlanMode {
        L2(0),
        L3(1),
        /** As L3, and the firewall of the host sees what passes. */
        L3S(2);

        private final int number;

        IpvlanMode(int number) {
            this.number = number;
        }
    }

    /** Of if_link.h, IPVLAN_F_PRIVATE and IPVLAN_F_VEPA. */
    public enum IpvlanFlag {
        BRIDGE(0),
        PRIVATE(1),
        VEPA(2);

        private final int number;

        IpvlanFlag(int number) {
            this.number = number;
        }
    }

    /**
     * A device that is down, in this namespace or born in another one. The kernel looks for its name in this one as well (EEXIST) before
     * Linux 6.14, so it should be a name that nobody has.
     *
     * @param parent the number of the device beneath
     * @param mac the kernel chooses when empty; of ipvlan always
     * @param mtu 0: that of the device beneath
     * @param namespace borrowed until the message is carried out
     */
    public static Message make(
            String name, int parent, Kind kind, Optional<Links.Mac> mac, int mtu, Optional<Fd> namespace)
            throws IOException {
        Links.checkName(name);
        Payload body = Links.header(0, 0, false).attribute(Links.IFNAME, name).attributeU32(PARENT, parent);
        mac.ifPresent(address -> body.attribute(Links.ADDRESS, address.bytes()));
        if (mtu > 0) {
            body.attributeU32(Links.MTU, mtu);
        }
        if (namespace.isPresent()) {
            body.attributeU32(Links.NET_NS_FD, Links.number(namespace.get()));
        }
        body.nest(
                Links.LINKINFO,
                info -> info.attribute(Links.INFO_KIND, kind.word())
                        .nest(Links.INFO_DATA, data -> settings(data, kind)));
        return Message.of(
                "make the " + kind.word() + " device " + name, NEWLINK, Message.CREATE | Message.EXCLUSIVE, body);
    }

    private static void settings(Payload data, Kind kind) {
        switch (kind) {
            case Macvlan macvlan -> data.attributeU32(MACVLAN_MODE, macvlan.mode().number);
            case Ipvlan ipvlan ->
                data.attributeU16(IPVLAN_MODE, ipvlan.mode().number).attributeU16(IPVLAN_FLAGS, ipvlan.flag().number);
        }
    }

    /**
     * A VLAN's device, up.
     *
     * @param id 1 to 4094
     * @param group a number that it is known by ({@link Links.Link#group})
     */
    public static Message makeVlan(String name, int parent, int id, int group) {
        Links.checkName(name);
        if (id < 1 || id > HIGHEST_VLAN) {
            throw new IllegalArgumentException("not a VLAN: " + id);
        }
        Payload body = Links.header(0, 0, true)
                .attribute(Links.IFNAME, name)
                .attributeU32(PARENT, parent)
                .attributeU32(Links.GROUP, group)
                .nest(
                        Links.LINKINFO,
                        info -> info.attribute(Links.INFO_KIND, "vlan")
                                .nest(Links.INFO_DATA, data -> data.attributeU16(VLAN_ID, id)));
        return Message.of("make the device " + name, NEWLINK, Message.CREATE | Message.EXCLUSIVE, body);
    }

    /** Calls a device that is down otherwise. */
    public static Message rename(int index, String name) {
        Links.checkName(name);
        return Message.of(
                "call device " + index + " " + name,
                SETLINK,
                0,
                Links.header(0, index, false).attribute(Links.IFNAME, name));
    }
}

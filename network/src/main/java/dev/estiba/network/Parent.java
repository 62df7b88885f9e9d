package dev.estiba.network;

import dev.estiba.linux.netlink.Links;
import dev.estiba.linux.netlink.NetlinkException;
import dev.estiba.linux.netlink.StackedLinks;
import dev.estiba.linux.netlink.StackedLinks.Macvlan;
import dev.estiba.linux.netlink.StackedLinks.MacvlanMode;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The device of the host that the containers of a network share. A VLAN's device and one that leads nowhere are made, and removed again. */
final class Parent {
    /** What devices that lead nowhere are called, with 11 digits of the network's id. */
    static final String DUMMY_PREFIX = "estd";

    /** What is made to see whether the kernel can, and is removed at once. */
    private static final String TRIAL_PREFIX = "estp";

    /** The group of VLANs' devices that were made here: "est". */
    private static final int GROUP = 0x657374;

    private static final int HIGHEST_VLAN = 4094;

    private Parent() {}

    /** @throws NetworkException TAKEN when the device cannot be shared with one of the other networks */
    static void check(NetworkConfig network, List<NetworkConfig> others) throws NetworkException {
        ParentOptions wanted = network.parent().orElseThrow();
        for (NetworkConfig other : others) {
            boolean isShared = !other.id().equals(network.id())
                    && other.parent().isPresent()
                    && other.parentDevice().equals(network.parentDevice());
            if (isShared && !goTogether(wanted, other.parent().get())) {
                throw NetworkException.taken("network " + other.name() + " is already using parent interface "
                        + network.parentDevice() + ": a device is shared by networks of one kind, "
                        + "of ipvlan in one mode, and not in mode passthru");
            }
        }
    }

    private static boolean goTogether(ParentOptions one, ParentOptions other) {
        return switch (one.kind()) {
            case Macvlan macvlan ->
                other.kind() instanceof Macvlan second
                        && macvlan.mode() != MacvlanMode.PASSTHRU
                        && second.mode() != MacvlanMode.PASSTHRU;
            // The mode is the parent's, and the last one that says it changes it for all.
            case StackedLinks.Ipvlan ipvlan -> ipvlan.equals(other.kind());
        };
    }

    /**
     * Finds it, or makes it; nothing is left of it when that fails.
     *
     * @return its number
     */
    static int ensure(HostNetwork host, NetworkConfig network) throws IOException {
        String name = network.parentDevice();
        boolean isNew = Links.find(host.route(), name).isEmpty();
        if (isNew) {
            make(host, network);
        }
        try {
            Links.Link link = Links.find(host.route(), name)
                    .orElseThrow(() -> new IOException("the device " + name + " has gone while it was set up"));
            tryOut(host, network, link.index());
            return link.index();
        } catch (IOException | RuntimeException e) {
            if (isNew) {
                Bridge.remove(host, name);
            }
            throw e;
        }
    }

    private static void make(HostNetwork host, NetworkConfig network) throws IOException {
        String name = network.parentDevice();
        if (network.parent().orElseThrow().name().isEmpty()) {
            Optional<NetlinkException> refusal =
                    host.route().tryAll(List.of(Links.makeDummy(name))).getFirst();
            throwWhere(
                    refusal,
                    "dummy devices (CONFIG_DUMMY), which a network without a parent needs: name one, -o parent=eth0");
            return;
        }
        int dot = name.lastIndexOf('.');
        String digits = name.substring(dot + 1);
        if (dot < 1 || !digits.matches("[0-9]{1,5}")) {
            throw NetworkException.invalid("-o parent interface was not found on the host: " + name
                    + " (a VLAN's is made when it is called as eth0.10, of VLAN 10)");
        }
        int id = Integer.parseInt(digits);
        if (id < 1 || id > HIGHEST_VLAN) {
            throw NetworkException.invalid("vlan id must be between 1-4094, received: " + id);
        }
        String beneath = name.substring(0, dot);
        int index = Links.find(host.route(), beneath)
                .orElseThrow(
                        () -> NetworkException.invalid("-o parent interface was not found on the host: " + beneath))
                .index();
        Optional<NetlinkException> refusal = host.route()
                .tryAll(List.of(StackedLinks.makeVlan(name, index, id, GROUP)))
                .getFirst();
        throwWhere(refusal, "VLANs (CONFIG_VLAN_8021Q)");
    }

    private static void throwWhere(Optional<NetlinkException> refusal, String lacking) throws IOException {
        if (refusal.isPresent()) {
            throw refusal.get().is(Errno.EOPNOTSUPP)
                    ? NetworkException.invalid("operation not supported: the kernel of this host has no " + lacking)
                    : refusal.get();
        }
    }

    /** Whether the kernel can do it, and with this device, is known when it was done. */
    private static void tryOut(HostNetwork host, NetworkConfig network, int index) throws IOException {
        ParentOptions parent = network.parent().orElseThrow();
        String word = parent.kind().word();
        String name = TRIAL_PREFIX + network.digits();
        Optional<NetlinkException> refusal = host.route()
                .tryAll(List.of(StackedLinks.make(name, index, parent.kind(), Optional.empty(), 0, Optional.empty())))
                .getFirst();
        if (refusal.isEmpty() || refusal.get().is(Errno.EEXIST)) {
            Bridge.remove(host, name);
            return;
        }
        boolean isInUse = parent.kind() instanceof Macvlan(MacvlanMode mode)
                && mode == MacvlanMode.PASSTHRU
                && refusal.get().is(Errno.EINVAL);
        if (refusal.get().is(Errno.EBUSY)) {
            throw NetworkException.taken("the device " + network.parentDevice() + " of this host cannot be shared by "
                    + word + ": it is a bridge's port, or shared in another way");
        }
        if (!isInUse) {
            throwWhere(refusal, word + " devices (CONFIG_" + word.toUpperCase(Locale.ROOT) + ")");
        }
    }

    /** Removes what was made, unless another network has it. */
    static void remove(HostNetwork host, NetworkConfig network, List<NetworkConfig> others) throws IOException {
        String name = network.parentDevice();
        boolean isShared = others.stream()
                .anyMatch(other -> !other.id().equals(network.id())
                        && other.parent().isPresent()
                        && other.parentDevice().equals(name));
        Optional<Links.Link> link = Links.find(host.route(), name);
        if (!isShared && link.filter(Parent::isOurs).isPresent()) {
            Bridge.remove(host, name);
        }
    }

    /** Whether it was made here. */
    static boolean isOurs(Links.Link link) {
        return switch (link.kind()) {
            case "dummy" -> link.name().startsWith(DUMMY_PREFIX);
            case "vlan" -> link.group() == GROUP;
            case ParentOptions.MACVLAN, ParentOptions.IPVLAN -> link.name().startsWith(TRIAL_PREFIX);
            default -> false;
        };
    }
}

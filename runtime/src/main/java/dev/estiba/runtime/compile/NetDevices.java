package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.NetDevice;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.PlanBuilder;
import dev.estiba.runtime.plan.Script;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Interfaces of the host that become the container's (config-linux.md, "Network Devices"): moved and renamed at once, given
 * back their addresses, which do not move along, and brought up. The outer actor does it through sockets of both network
 * namespaces (rtnetlink(7)), once init has made its own.
 */
public final class NetDevices {
    private static final int NETLINK = 16;
    private static final int RAW = 3;
    private static final int RTM_NEWLINK = 16;
    private static final int REQUEST_ACK = 0x1 | 0x4;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_NET_NS_FD = 28;
    private static final int IFF_UP = 1;
    private static final long SIOCGIFINDEX = 0x8933;

    /** The size of a struct ifreq (netdevice(7)): a name, and at {@link #IFREQ_INDEX_AT} the number that it is asked for. */
    public static final int IFREQ = 40;

    public static final int IFREQ_INDEX_AT = 16;

    /** Of a struct nlmsghdr and the struct ifinfomsg behind it. */
    private static final int LINK_HEADER = 32;

    private static final int INDEX_AT = 20;
    private static final int FLAGS_AT = 24;
    private static final int CHANGE_AT = 28;

    /** Room for the kernel's answer: a struct nlmsgerr, the message that it is about, and what else it says of that. */
    private static final int ANSWER = 1024;

    private static final int ERROR_AT = 16;

    /** The answers that have a word of their own. */
    private static final List<Errno> ERRORS = List.of(
            Errno.EPERM,
            Errno.EEXIST,
            Errno.ENODEV,
            Errno.EINVAL,
            Errno.EBUSY,
            Errno.EOPNOTSUPP,
            Errno.EADDRNOTAVAIL,
            Errno.EACCES,
            Errno.ENOMEM);

    private final Assembly in;
    private final Script outer;
    private final Map<String, NetDevice> devices;

    private NetDevices(Assembly in) {
        this.in = in;
        this.outer = in.outer;
        this.devices = in.linux.netDevices();
    }

    static Optional<NetDevices> of(Assembly in) {
        return in.linux.netDevices().isEmpty() ? Optional.empty() : Optional.of(new NetDevices(in));
    }

    void check() {
        if (in.request.caller().isRootless()) {
            throw new UnsupportedConfig("network devices are not supported for rootless containers");
        }
    }

    /**
     * Asks the kernel for the number of an interface, in the socket's network namespace.
     *
     * @param request a struct ifreq with its name
     */
    public static Register index(PlanBuilder plan, Script script, Arg socket, Data request, String name) {
        script.run(Calls.IOCTL, "find the network device " + name, socket, imm(SIOCGIFINDEX), request);
        return script.load(new Data(request.offset() + IFREQ_INDEX_AT), 4, "its number");
    }

    /** A struct ifreq with that name. */
    public static byte[] named(String name) {
        return Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), IFREQ);
    }

    /** A socket of rtnetlink(7) in the network namespace that the script's process is in. */
    public static Register socket(Script script, String what) {
        return script.get(Calls.SOCKET, what, imm(NETLINK), imm(RAW | Flags.O_CLOEXEC), Arg.ZERO /* NETLINK_ROUTE */);
    }

    /** Init, when it is in its network namespace. */
    void announce() {
        in.init
                .group("network devices")
                .post(ContainerCompiler.NETWORKED, "tell the runtime that the network namespace is there");
    }

    /** Init, behind its groups, which it is told of before. */
    void await() {
        in.init.group("network devices").await(ContainerCompiler.MOVED, "wait for the network devices");
    }

    void move(Register pid) {
        outer.group("network devices");
        outer.await(ContainerCompiler.NETWORKED, "wait until the network namespace is there");
        Register process = IdMaps.of(in).process(pid);
        Register theirs = open(process, "ns/net", "open the container's network namespace");
        Register own = open(in.proc, "self/ns/net", "open the host's network namespace");
        Register here = socket(outer, "open a netlink socket of the host");
        devices.forEach((name, device) -> move(here, theirs, name, inside(name, device)));
        outer.run(Calls.SETNS, "enter the container's network namespace", theirs, imm(Flags.CLONE_NEWNET));
        Register there = socket(outer, "open a netlink socket of the container");
        outer.run(Calls.SETNS, "go back to the host's network namespace", own, imm(Flags.CLONE_NEWNET));
        devices.forEach((name, device) -> setUp(there, name, inside(name, device)));
        for (Register each : List.of(process, theirs, own, here, there)) {
            outer.run(Calls.CLOSE, "close what the network devices were moved by", each);
        }
        outer.post(ContainerCompiler.MOVED, "tell init that its network devices are there");
    }

    private static String inside(String name, NetDevice device) {
        return device.name().orElse(name);
    }

    private Register open(Arg directory, String path, String what) {
        return outer.get(
                Calls.OPENAT, what, directory, in.string(path), imm(Flags.O_RDONLY | Flags.O_CLOEXEC), Arg.ZERO);
    }

    /**
     * To the other namespace under its new name, in one message. The kernel takes it down on its way (dev_change_net_namespace), and
     * does so only when it can be moved: who takes it down before leaves the host's loopback down when somebody has named that.
     */
    private void move(Register socket, Register namespace, String name, String inside) {
        Register index = index(in.plan, outer, socket, in.plan.bytes(named(name), 8), name);
        Map<Integer, byte[]> attributes = new LinkedHashMap<>();
        attributes.put(IFLA_NET_NS_FD, new byte[Integer.BYTES]);
        attributes.put(IFLA_IFNAME, (inside + "\0").getBytes(StandardCharsets.UTF_8));
        byte[] bytes = link(0, attributes);
        Data moved = in.plan.bytes(bytes, 8);
        outer.store(new Data(moved.offset() + INDEX_AT), 4, index, "name it");
        outer.store(new Data(moved.offset() + LINK_HEADER + 4), 4, namespace, "name the namespace");
        send(
                socket,
                moved,
                bytes.length,
                "move the network device " + name + " into the container"
                        + (inside.equals(name) ? "" : " as " + inside));
    }

    private void setUp(Register socket, String name, String inside) {
        Register index = index(in.plan, outer, socket, in.plan.bytes(named(inside), 8), inside);
        for (InterfaceAddress address : in.request.given().addresses().getOrDefault(name, List.of())) {
            if (address.isLasting()) {
                byte[] bytes = address.addition();
                Data message = in.plan.bytes(bytes, 8);
                outer.store(new Data(message.offset() + InterfaceAddress.INDEX_AT), 4, index, "name it");
                send(socket, message, bytes.length, "give the network device " + inside + " its address back");
            }
        }
        Data up = in.plan.bytes(link(IFF_UP, Map.of()), 8);
        outer.store(new Data(up.offset() + INDEX_AT), 4, index, "name it");
        send(socket, up, LINK_HEADER, "bring the network device " + inside + " up");
    }

    /** RTM_NEWLINK of an interface whose number is yet to be filled in: up or down, and what else changes. */
    private static byte[] link(int flags, Map<Integer, byte[]> attributes) {
        int length = LINK_HEADER;
        for (byte[] each : attributes.values()) {
            length += 4 + (each.length + 3 & -4);
        }
        ByteBuffer message = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
        message.putInt(0, length).putShort(4, (short) RTM_NEWLINK).putShort(6, (short) REQUEST_ACK);
        message.putInt(FLAGS_AT, flags).putInt(CHANGE_AT, IFF_UP);
        int at = LINK_HEADER;
        for (Map.Entry<Integer, byte[]> each : attributes.entrySet()) {
            int size = each.getValue().length;
            message.putShort(at, (short) (4 + size))
                    .putShort(at + 2, each.getKey().shortValue())
                    .put(at + 4, each.getValue());
            at += 4 + (size + 3 & -4);
        }
        return message.array();
    }

    /** Sends one message, and fails with what the kernel answers to it. */
    private void send(Register socket, Data message, int length, String what) {
        Data answer = in.plan.space(ANSWER, 8);
        outer.run(Calls.SENDTO, what, socket, message, imm(length), Arg.ZERO, Arg.ZERO, Arg.ZERO);
        outer.run(Calls.RECVFROM, what, socket, answer, imm(ANSWER), Arg.ZERO, Arg.ZERO, Arg.ZERO);
        Register error = outer.load(new Data(answer.offset() + ERROR_AT), 4, "what the kernel says");
        for (Errno each : ERRORS) {
            Arg answered = imm(-each.number() & 0xffffffffL);
            outer.check(error, -1, Compare.NOT_EQUAL, answered, each, what, false);
        }
        outer.check(error, -1, Compare.EQUAL, Arg.ZERO, Errno.EPROTO, what, false);
    }
}

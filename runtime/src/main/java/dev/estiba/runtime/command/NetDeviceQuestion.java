package dev.estiba.runtime.command;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.NetDevice;
import dev.estiba.runtime.compile.Calls;
import dev.estiba.runtime.compile.InterfaceAddress;
import dev.estiba.runtime.compile.NetDevices;
import dev.estiba.runtime.compile.StartRequest;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.plan.PlanBuilder;
import dev.estiba.runtime.plan.Script;
import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Tag;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which addresses the interfaces have that a container is to get: asked before its plan is made, because the kernel forgets
 * them when an interface leaves its network namespace (rtnetlink(7)). Changes nothing.
 */
final class NetDeviceQuestion {
    private static final int SOL_NETLINK = 270;

    /** Or the kernel passes over which interface the question is about, and tells of all (since Linux 4.20). */
    private static final int NETLINK_GET_STRICT_CHK = 12;

    private static final int RTM_GETADDR = 22;
    private static final int REQUEST_DUMP = 0x301;
    private static final int QUESTION = 24;
    private static final int QUESTION_INDEX_AT = 20;
    private static final int MSG_DONTWAIT = 0x40;

    /** What the kernel fills at a time (NLMSG_GOODSIZE is less), and how often it is asked: 3,000 addresses. */
    private static final int PART = 32 << 10;

    private static final int PARTS = 8;

    private final PlanBuilder plan = new PlanBuilder();
    private final Script outer = plan.actor(Actor.OUTER);
    private final List<String> names;

    private NetDeviceQuestion(Map<String, NetDevice> devices) {
        names = new ArrayList<>(devices.keySet());
    }

    /** @param devices of the container that is to be started */
    static Answer ask(Map<String, NetDevice> devices, String failurePrefix, Answer.Continuation next) {
        return Answer.asking(new NetDeviceQuestion(devices).plan(failurePrefix), next);
    }

    private Plan plan(String failurePrefix) {
        outer.onFailure(failurePrefix, 1).group("network devices");
        String what = "ask for the addresses of network devices";
        Register socket = NetDevices.socket(outer, what);
        outer.run(
                Calls.SETSOCKOPT,
                what,
                socket,
                Arg.of(SOL_NETLINK),
                Arg.of(NETLINK_GET_STRICT_CHK),
                plan.words(1),
                Arg.of(Integer.BYTES));
        Data indexes = plan.bytes(requests(), 8);
        for (int i = 0; i < names.size(); i++) {
            ask(socket, names.get(i), new Data(indexes.offset() + i * NetDevices.IFREQ));
        }
        outer.run(Calls.CLOSE, what, socket);
        outer.ask(
                "tell the planner",
                Arg.of(Tag.PROBE.number()),
                indexes,
                Arg.of((long) NetDevices.IFREQ * names.size()));
        outer.goOn("learn how the container starts");
        return plan.build();
    }

    private byte[] requests() {
        ByteBuffer all = ByteBuffer.allocate(NetDevices.IFREQ * names.size());
        names.forEach(name -> all.put(NetDevices.named(name)));
        return all.array();
    }

    private void ask(Register socket, String name, Data request) {
        Register index = NetDevices.index(plan, outer, socket, request, name);
        String what = "ask for the addresses of the network device " + name;
        Data question = plan.words(QUESTION | (long) RTM_GETADDR << 32 | (long) REQUEST_DUMP << 48, 0, 0);
        outer.store(new Data(question.offset() + QUESTION_INDEX_AT), 4, index, "name it");
        outer.run(Calls.SENDTO, what, socket, question, Arg.of(QUESTION), Arg.ZERO, Arg.ZERO, Arg.ZERO);
        Label end = outer.label();
        for (int i = 0; i < PARTS; i++) {
            Register part = outer.get(
                    Calls.MMAP,
                    what,
                    Arg.ZERO,
                    Arg.of(PART),
                    Arg.of(3 /* PROT_READ | PROT_WRITE */),
                    Arg.of(0x22 /* MAP_PRIVATE | MAP_ANONYMOUS */),
                    Arg.of(-1),
                    Arg.ZERO);
            Register length = outer.get(
                    Calls.RECVFROM,
                    OnFailure.tolerate("that was all", Errno.EAGAIN),
                    what,
                    socket,
                    part,
                    Arg.of(PART),
                    Arg.of(MSG_DONTWAIT),
                    Arg.ZERO,
                    Arg.ZERO);
            outer.jump(end, length, Compare.LESS, Arg.ZERO, "that was all");
            outer.collect("put it aside", Arg.of(Tag.GATHERED.number()), part, length);
        }
        outer.fail(Errno.E2BIG, what + ": it has too many");
        outer.place(end);
    }

    /** What the executor has found out, for the plan that follows. */
    static StartRequest answered(StartRequest start, Request more) {
        byte[] indexes = more.bytes(Tag.PROBE).orElse(new byte[0]);
        Map<Integer, List<InterfaceAddress>> byIndex = new HashMap<>();
        for (Request.Buffer buffer : more.buffers()) {
            if (buffer.tag() == Tag.GATHERED) {
                InterfaceAddress.parse(buffer.bytes())
                        .forEach(each -> byIndex.computeIfAbsent(each.index(), _ -> new ArrayList<>())
                                .add(each));
            }
        }
        Map<String, List<InterfaceAddress>> byName = new HashMap<>();
        int at = NetDevices.IFREQ_INDEX_AT;
        for (String name : start.config().linux().orElseThrow().netDevices().keySet()) {
            if (at + Integer.BYTES <= indexes.length) {
                int index =
                        ByteBuffer.wrap(indexes).order(ByteOrder.nativeOrder()).getInt(at);
                byName.put(name, byIndex.getOrDefault(index, List.of()));
            }
            at += NetDevices.IFREQ;
        }
        return start.with(byName);
    }
}

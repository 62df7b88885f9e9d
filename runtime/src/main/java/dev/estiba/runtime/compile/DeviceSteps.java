package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.DeviceRule;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.PlanBuilder;
import dev.estiba.runtime.plan.Script;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Outer: the program that decides about devices in a version 2 group (bpf(2)). */
public final class DeviceSteps {
    private static final long BPF_PROG_LOAD = 5;
    private static final long BPF_PROG_ATTACH = 8;
    private static final long BPF_PROG_GET_FD_BY_ID = 13;
    private static final long BPF_OBJ_GET_INFO_BY_FD = 15;
    private static final long BPF_PROG_QUERY = 16;
    private static final long BPF_PROG_TYPE_CGROUP_DEVICE = 15;
    private static final long BPF_CGROUP_DEVICE = 6;

    /** Every program from the root down to a group must allow: an inner one can only take away. */
    private static final long BPF_F_ALLOW_MULTI = 2;

    private static final long BPF_F_REPLACE = 4;
    private static final int INSTRUCTION = 8;

    /** union bpf_attr, BPF_PROG_LOAD: up to prog_name, which every kernel with such programs knows. */
    private static final int LOAD_SIZE = 64;

    private static final int ATTACH_SIZE = 16;
    private static final int REPLACE_SIZE = 20;
    private static final int INSNS_AT = 8;
    private static final int LICENSE_AT = 16;

    private static final int QUERY_SIZE = 32;
    private static final int IDS_AT = 16;
    private static final int COUNT_AT = 24;

    /** How many programs of a group are looked at: its own one, and those of who shares its devices. */
    private static final int MOST = 4;

    /** struct bpf_prog_info, up to its name. */
    private static final int INFO_SIZE = 80;

    private static final int NAME_AT = 64;

    /** BPF_OBJ_NAME_LEN: by it an update knows its own program, beside which somebody else may have put another. */
    private static final byte[] NAME = "estiba_devices\0\0".getBytes(StandardCharsets.US_ASCII);

    private final PlanBuilder plan;
    private final Script outer;
    private final Register directory;
    private final String path;

    /** Of the group at that path, opened. */
    public DeviceSteps(PlanBuilder plan, Script outer, Register directory, String path) {
        this.plan = plan;
        this.outer = outer;
        this.directory = directory;
        this.path = path;
    }

    /**
     * Of a new group.
     *
     * @param rootless whether it belongs to an ordinary user, who may load no program: in a user namespace nobody can make a
     *     device, or open one that is not theirs
     */
    void attach(List<DeviceRule> rules, boolean rootless) {
        DeviceSet devices = DeviceSet.of(rules);
        OnFailure onFailure = devices.allowsAll() || rootless
                ? OnFailure.tolerate("there is nothing that it would deny", Errno.EPERM, Errno.EBADF)
                : OnFailure.STOP;
        Register loaded = load(devices, onFailure);
        Data attach = plan.words(0, BPF_CGROUP_DEVICE | BPF_F_ALLOW_MULTI << 32);
        nameBoth(attach, loaded);
        outer.run(
                Calls.BPF,
                onFailure,
                "attach the device program to " + path,
                imm(BPF_PROG_ATTACH),
                attach,
                imm(ATTACH_SIZE));
        outer.run(Calls.CLOSE, onFailure, "leave the device program to its group", loaded);
    }

    private void nameBoth(Data attach, Register loaded) {
        outer.store(attach, 4, directory, "name the group");
        outer.store(new Data(attach.offset() + 4), 4, loaded, "name the program");
    }

    private Register load(DeviceSet devices, OnFailure onFailure) {
        byte[] program = DeviceProgram.of(devices);
        ByteBuffer name = ByteBuffer.wrap(NAME).order(ByteOrder.nativeOrder());
        Data load = plan.words(
                BPF_PROG_TYPE_CGROUP_DEVICE | (long) (program.length / INSTRUCTION) << 32,
                0,
                0,
                0,
                0,
                0,
                name.getLong(0),
                name.getLong(Long.BYTES));
        plan.pointer(new Data(load.offset() + INSNS_AT), plan.bytes(program, 8));
        plan.pointer(new Data(load.offset() + LICENSE_AT), plan.string("Apache"));
        return outer.get(
                Calls.BPF, onFailure, "load the device program of " + path, imm(BPF_PROG_LOAD), load, imm(LOAD_SIZE));
    }

    /**
     * Of a group that is there: another program takes the place of its own at once, so that no device is denied or allowed
     * in between (BPF_F_REPLACE).
     *
     * @param foreign where it goes on when there is none of its own: who has put another one in its place, such as a hook
     *     for graphics cards, knows more than these rules do
     */
    public void replace(List<DeviceRule> rules, Label foreign) {
        Register loaded = load(DeviceSet.of(rules), OnFailure.STOP);
        Label found = outer.label();
        Data ids = plan.space(MOST * Integer.BYTES, Integer.BYTES);
        Data query = plan.words(BPF_CGROUP_DEVICE << 32, 0, 0, MOST);
        plan.pointer(new Data(query.offset() + IDS_AT), ids);
        outer.store(query, 4, directory, "name the group");
        outer.run(
                Calls.BPF,
                OnFailure.tolerate("the first ones are told", Errno.ENOSPC),
                "ask for the device programs of " + path,
                imm(BPF_PROG_QUERY),
                query,
                imm(QUERY_SIZE));
        Register count = outer.load(new Data(query.offset() + COUNT_AT), 4, "how many there are");
        Register old = plan.register();
        for (int i = 0; i < MOST; i++) {
            outer.jump(foreign, count, Compare.LESS, imm(i + 1L), "none of them is its own");
            open(old, new Data(ids.offset() + i * Integer.BYTES));
            jumpIfOwn(found, old);
        }
        outer.jump(foreign, "none of them is its own");
        outer.place(found);
        Data attach = plan.words(0, BPF_CGROUP_DEVICE | (BPF_F_ALLOW_MULTI | BPF_F_REPLACE) << 32, 0);
        nameBoth(attach, loaded);
        outer.store(new Data(attach.offset() + ATTACH_SIZE), 4, old, "name the one before");
        outer.run(Calls.BPF, "replace the device program of " + path, imm(BPF_PROG_ATTACH), attach, imm(REPLACE_SIZE));
    }

    private void open(Register program, Data id) {
        Data byId = plan.words(0, 0);
        Register number = outer.load(id, 4, "its number");
        outer.store(byId, 4, number, "name it");
        outer.get(
                program,
                Calls.BPF,
                OnFailure.STOP,
                "open a device program of " + path,
                imm(BPF_PROG_GET_FD_BY_ID),
                byId,
                imm(12));
    }

    private void jumpIfOwn(Label own, Register program) {
        ByteBuffer name = ByteBuffer.wrap(NAME).order(ByteOrder.nativeOrder());
        Data info = plan.space(INFO_SIZE, Long.BYTES);
        Data ask = plan.words((long) INFO_SIZE << 32, 0);
        plan.pointer(new Data(ask.offset() + Long.BYTES), info);
        outer.store(ask, 4, program, "name it");
        outer.run(
                Calls.BPF,
                "ask a device program of " + path + " for its name",
                imm(BPF_OBJ_GET_INFO_BY_FD),
                ask,
                imm(16));
        Label other = outer.label();
        Register half = outer.load(new Data(info.offset() + NAME_AT), Long.BYTES, "its name");
        outer.jump(other, half, Compare.NOT_EQUAL, imm(name.getLong(0)), "it is another's");
        outer.load(half, new Data(info.offset() + NAME_AT + Long.BYTES), Long.BYTES, "the rest of its name");
        outer.jump(own, half, Compare.EQUAL, imm(name.getLong(Long.BYTES)), "it is its own");
        outer.place(other);
    }
}

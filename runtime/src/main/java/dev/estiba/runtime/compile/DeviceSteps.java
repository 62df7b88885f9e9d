package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.DeviceRule;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.OnFailure;
import java.util.List;

/** Outer: the program that decides about devices in a version 2 group (bpf(2)). */
final class DeviceSteps {
    private static final long BPF_PROG_LOAD = 5;
    private static final long BPF_PROG_ATTACH = 8;
    private static final long BPF_PROG_TYPE_CGROUP_DEVICE = 15;
    private static final long BPF_CGROUP_DEVICE = 6;

    /** Every program from the root down to a group must allow: an inner one can only take away. */
    private static final long BPF_F_ALLOW_MULTI = 2;

    private static final int INSTRUCTION = 8;

    /** union bpf_attr, BPF_PROG_LOAD: up to prog_flags, which every kernel with such programs knows. */
    private static final int LOAD_SIZE = 48;

    private static final int ATTACH_SIZE = 16;
    private static final int INSNS_AT = 8;
    private static final int LICENSE_AT = 16;

    private final Assembly in;
    private final Register directory;
    private final String path;

    DeviceSteps(Assembly in, Register directory, String path) {
        this.in = in;
        this.directory = directory;
        this.path = path;
    }

    void attach(List<DeviceRule> rules) {
        DeviceSet devices = DeviceSet.of(rules);
        byte[] program = DeviceProgram.of(devices);
        OnFailure onFailure = refusal(devices);
        String what = "load the device program of " + path;
        Data load =
                in.plan.words(BPF_PROG_TYPE_CGROUP_DEVICE | (long) (program.length / INSTRUCTION) << 32, 0, 0, 0, 0, 0);
        in.plan.pointer(new Data(load.offset() + INSNS_AT), in.plan.bytes(program, 8));
        in.plan.pointer(new Data(load.offset() + LICENSE_AT), in.string("Apache"));
        Register loaded = in.outer.get(Calls.BPF, onFailure, what, imm(BPF_PROG_LOAD), load, imm(LOAD_SIZE));
        Data attach = in.plan.words(0, BPF_CGROUP_DEVICE | BPF_F_ALLOW_MULTI << 32);
        in.outer.store(attach, 4, directory, "name the group");
        in.outer.store(new Data(attach.offset() + 4), 4, loaded, "name the program");
        in.outer.run(
                Calls.BPF,
                onFailure,
                "attach the device program to " + path,
                imm(BPF_PROG_ATTACH),
                attach,
                imm(ATTACH_SIZE));
        in.outer.run(Calls.CLOSE, onFailure, "leave the device program to its group", loaded);
    }

    /**
     * Who may not load a program may go on where it would keep nothing from anybody; and in a user namespace nobody can make
     * a device, or open one that is not theirs.
     */
    private OnFailure refusal(DeviceSet devices) {
        return devices.allowsAll() || in.request.caller().isRootless()
                ? OnFailure.tolerate("there is nothing that it would deny", Errno.EPERM, Errno.EBADF)
                : OnFailure.STOP;
    }
}

package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.linux.number.SystemCall;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * The version 2 group that an exec's process is started in.
 *
 * <p>A container that has handed controllers down to groups of its own has no place for processes in its uppermost one any
 * more (cgroup-v2.rst, "No Internal Process Constraint"). Its init is in one beneath it then, and so is the exec, as in runc.
 * An ordinary user's exec, as in runc, stays in its caller's group where the kernel does not let it into the container's, or
 * the container has none. Neither holds for who names a group by {@code --cgroup}: that one it is, or an error.
 */
final class ExecGroupV2 {
    private static final SystemCall PREAD = SystemCall.named("pread64").orElseThrow();

    /** What a process's line in /proc/PID/cgroup begins with, before the path's slash. */
    private static final String HIERARCHY = "0::";

    private static final int LONGEST = 1024;
    private static final Set<Errno> HANDED_DOWN = Set.of(Errno.EBUSY, Errno.EOPNOTSUPP);
    private static final Set<Errno> NOT_OURS = Set.of(Errno.EACCES, Errno.EPERM);
    private static final String START = "start the joiner";

    private final Assembly in;
    private final ExecRequest request;
    private final Register entry;
    private final boolean rootless;

    ExecGroupV2(Assembly in, ExecRequest request) {
        this.in = in;
        this.request = request;
        this.entry = in.plan.register();
        // Who is in a jail is told by its group alone.
        this.rootless = in.request.caller().isRootless()
                && request.subgroup().isEmpty()
                && in.request.isolation().equals(Isolation.NAMESPACES);
    }

    Register entry() {
        return entry;
    }

    void open(Script outer) {
        for (String group : request.cgroups()) {
            String path = Paths.clean(group + "/" + request.subgroup());
            outer.get(
                    entry,
                    Calls.OPENAT,
                    rootless
                            ? OnFailure.tolerate("the container has none, and is in its caller's", Errno.ENOENT)
                            : OnFailure.STOP,
                    "open cgroup " + path,
                    imm(Flags.AT_FDCWD),
                    in.string(path),
                    imm(in.openDirectory()),
                    Arg.ZERO);
        }
    }

    /** The joiner's pid. */
    Register start(Script outer) {
        if (!request.subgroup().isEmpty()) {
            return outer.start(Actor.JOINER, 0, entry, START + " in cgroup " + request.subgroup());
        }
        Register joiner = in.plan.registers(2);
        Label started = outer.label();
        Label own = outer.label();
        start(outer, joiner, HANDED_DOWN);
        outer.jump(started, joiner, Compare.AT_LEAST, Arg.ZERO, "it is in the container's group");
        if (rootless) {
            for (Errno each : NOT_OURS) {
                outer.jump(own, joiner, Compare.EQUAL, imm(-each.number()), "it may not be in that group");
            }
        }
        openInits(outer);
        start(outer, joiner, Set.of());
        if (rootless) {
            outer.jump(started, joiner, Compare.AT_LEAST, Arg.ZERO, "it is in that of the container's init");
            outer.place(own);
            outer.start(joiner, Actor.JOINER, 0, imm(-1), OnFailure.STOP, START + " in its caller's group");
        }
        outer.place(started);
        return joiner;
    }

    private void start(Script outer, Register joiner, Set<Errno> passed) {
        Set<Errno> all = EnumSet.noneOf(Errno.class);
        all.addAll(passed);
        if (rootless) {
            all.addAll(NOT_OURS);
        }
        outer.start(
                joiner,
                Actor.JOINER,
                0,
                entry,
                all.isEmpty() ? OnFailure.STOP : new OnFailure.Tolerate(all, "there is another group for it"),
                START);
    }

    /**
     * The path is read to where it is used, behind that of the hierarchy. The first reading tells how long it is, with the
     * line's end; the second one is as long and begins a byte earlier, so that it leaves that out, and the colon that it has
     * before it becomes a slash.
     */
    private void openInits(Script outer) {
        String file = request.initPid() + "/cgroup";
        String what = "read /proc/" + file;
        byte[] top = CgroupsV2.TOP.substring(0, CgroupsV2.TOP.length() - 1).getBytes(StandardCharsets.US_ASCII);
        Data path = in.plan.bytes(Arrays.copyOf(top, top.length + LONGEST), 1);
        Data rest = new Data(path.offset() + top.length);
        Register opened = outer.get(
                Calls.OPENAT,
                "open /proc/" + file,
                in.proc,
                in.string(file),
                imm(Flags.O_RDONLY | Flags.O_CLOEXEC),
                Arg.ZERO);
        Register length = outer.get(PREAD, what, opened, rest, imm(LONGEST), imm(HIERARCHY.length()));
        outer.check(
                length,
                -1,
                Compare.LESS,
                imm(LONGEST),
                Errno.ENAMETOOLONG,
                what + ": the path of init's cgroup is longer than " + LONGEST,
                true);
        outer.run(PREAD, what, opened, rest, length, imm(HIERARCHY.length() - 1L));
        outer.store(rest, 1, imm('/'), "a slash in the place of the colon");
        outer.get(
                entry,
                Calls.OPENAT,
                OnFailure.STOP,
                "open the cgroup of the container's init",
                imm(Flags.AT_FDCWD),
                path,
                imm(in.openDirectory()),
                Arg.ZERO);
    }
}

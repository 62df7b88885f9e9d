package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Linux;
import dev.estiba.oci.runtime.Namespace;
import dev.estiba.oci.runtime.TimeOffset;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A time namespace of the container's own (time_namespaces(7)).
 *
 * <p>unshare(2) makes one for the caller's children, and its offsets can be set until the first process is in it. runc
 * forks once more to get in, after its parent has written the offsets. A fork would be a second process here, and not PID 1;
 * relying on execve(2) to enter it needs Linux 6.3. But setns(2) takes the caller itself into it, on every kernel that has
 * time namespaces: init makes one, writes its offsets, and joins it. So the runtime's hooks stay in the host's time, and in
 * a user namespace the time namespace belongs to that, as its privileges do.
 *
 * <p>An exec joins it with the others: setns(2) by init's pidfd takes CLONE_NEWTIME.
 */
final class TimeNamespace {
    private static final Set<String> CLOCKS = Set.of("monotonic", "boottime");

    private TimeNamespace() {}

    static void check(Linux linux) {
        Optional<Namespace> namespace = linux.namespaces().stream()
                .filter(each -> each.type() == Namespace.Type.TIME)
                .findFirst();
        if (linux.timeOffsets().isEmpty()) {
            return;
        }
        if (namespace.isEmpty()) {
            throw new UnsupportedConfig(
                    "time namespace offsets specified, but time namespace isn't enabled in the config");
        }
        if (namespace.get().path().isPresent()) {
            throw new UnsupportedConfig("time namespace enabled, but both namespace path and time offsets specified --"
                    + " you may only provide one");
        }
        for (String clock : linux.timeOffsets().keySet()) {
            if (!CLOCKS.contains(clock)) {
                throw new UnsupportedConfig("linux.timeOffsets: " + clock + " is no clock of a time namespace: it has"
                        + " monotonic and boottime");
            }
        }
    }

    /** Outer, before anything is made. */
    static void askTheKernel(Assembly in, Script outer) {
        Register file = outer.get(
                Calls.OPENAT,
                OnFailure.tolerate("the next step says so in other words", Errno.ENOENT),
                "ask whether the kernel has time namespaces",
                in.proc,
                in.string("self/timens_offsets"),
                imm(Flags.O_PATH | Flags.O_CLOEXEC),
                Arg.ZERO);
        outer.check(
                file,
                -1,
                Compare.AT_LEAST,
                Arg.ZERO,
                Errno.EINVAL,
                "time namespaces aren't enabled in the kernel",
                true);
    }

    /** Init, which has made one with the others. */
    static void enter(Assembly in, Script init) {
        Map<String, TimeOffset> offsets = in.linux.timeOffsets();
        if (!offsets.isEmpty()) {
            StringBuilder lines = new StringBuilder();
            offsets.forEach((clock, offset) -> lines.append(clock)
                    .append(' ')
                    .append(offset.secs())
                    .append(' ')
                    .append(offset.nanosecs())
                    .append('\n'));
            in.writeFile(
                    init,
                    in.proc,
                    "self/timens_offsets",
                    lines.toString(),
                    OnFailure.STOP,
                    "set the offsets of the time namespace");
        }
        String what = "enter the time namespace";
        Register made = init.get(
                Calls.OPENAT,
                what,
                in.proc,
                in.string("self/ns/time_for_children"),
                imm(Flags.O_RDONLY | Flags.O_CLOEXEC),
                Arg.ZERO);
        init.run(Calls.SETNS, what, made, imm(Flags.CLONE_NEWTIME));
    }
}

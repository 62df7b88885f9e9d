package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Namespace;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.plan.Reserved;
import dev.estiba.runtime.plan.Script;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * What a monitor does when its container's first process has ended, also when nobody is left to be told: first what the
 * status needs (the actor {@code OUTER}), then, when it has been told, what is only tidying (the actor {@code EPILOGUE}).
 * No step may fail: the others are still to come, and {@code delete} does what is left.
 */
public final class EpilogueCompiler {
    private static final int OOM_CAP = 4096;
    private static final int COUNTER_CAP = 4096;

    private static final OnFailure UNTIL_EMPTY = new OnFailure.Retry(
            Set.of(Errno.EBUSY, Errno.ENOENT, Errno.ENODEV), 250, 4, true, "a delete kills and removes as well");

    private final Assembly in;
    private final Cgroups cgroups;

    private EpilogueCompiler(StartRequest request) {
        in = new Assembly(request);
        cgroups = Cgroups.of(in);
    }

    public static Plan compile(StartRequest request) {
        return new EpilogueCompiler(request).compile();
    }

    private Plan compile() {
        in.outer.onFailure("epilogue", 1);
        outOfMemory();
        if (!hasOwnProcesses()) {
            killTheRest(in.outer, false, OnFailure.tolerate("the epilogue tries again"));
        }
        in.outer.exit(Arg.ZERO, "what the status needs is there");
        Script epilogue = in.plan.actor(Actor.EPILOGUE).onFailure("epilogue", 1);
        if (!hasOwnProcesses()) {
            killTheRest(epilogue, true, UNTIL_EMPTY);
        }
        counters(epilogue);
        cgroups.open(epilogue, OnFailure.tolerate("then there are none"));
        cgroups.remove(epilogue);
        CacheControl.of(in).ifPresent(each -> each.remove(epilogue));
        new StateFiles(in).removeAfterwards(epilogue);
        epilogue.exit(Arg.ZERO, "nothing is left");
        return in.plan.build();
    }

    /** With its pid namespace's init the kernel kills every other process in it. */
    private boolean hasOwnProcesses() {
        return in.linux.namespaces().stream()
                .anyMatch(
                        each -> each.type() == Namespace.Type.PID && each.path().isEmpty());
    }

    /** The kernel's own words about how often it has killed here, into a file for whoever tells a person why. */
    private void outOfMemory() {
        Script outer = in.outer.group("out of memory");
        cgroups.outOfMemoryFile().ifPresent(path -> {
            OnFailure passed = OnFailure.tolerate("nobody knows, then");
            Register counters = outer.get(
                    Calls.OPENAT,
                    passed,
                    "open " + path,
                    imm(Flags.AT_FDCWD),
                    in.string(path),
                    imm(Flags.O_RDONLY | Flags.O_CLOEXEC),
                    Arg.ZERO);
            Register text = outer.readAll(counters, OOM_CAP, passed, "read " + path);
            Register file = outer.get(
                    Calls.OPENAT,
                    passed,
                    "create oom",
                    Reserved.DIRECTORY,
                    in.string("oom"),
                    imm(Flags.O_WRONLY | Flags.O_CREAT | Flags.O_TRUNC | Flags.O_CLOEXEC | in.machine.noFollow()),
                    imm(0600));
            outer.writeAll(file, text, text.next(), passed, "write oom");
        });
    }

    /**
     * What the kernel has counted, into one file: of each counter its name, a line, and what the kernel says. Nobody waits for it,
     * and it goes with the groups.
     */
    private void counters(Script epilogue) {
        List<String> paths = cgroups.counterFiles();
        if (paths.isEmpty()) {
            return;
        }
        epilogue.group("counters");
        OnFailure passed = OnFailure.tolerate("nobody knows, then");
        Register file = epilogue.get(
                Calls.OPENAT,
                passed,
                "create counters",
                Reserved.DIRECTORY,
                in.string("counters"),
                imm(Flags.O_WRONLY | Flags.O_CREAT | Flags.O_TRUNC | Flags.O_CLOEXEC | in.machine.noFollow()),
                imm(0600));
        for (String path : paths) {
            Register counter = epilogue.get(
                    Calls.OPENAT,
                    passed,
                    "open " + path,
                    imm(Flags.AT_FDCWD),
                    in.string(path),
                    imm(Flags.O_RDONLY | Flags.O_CLOEXEC),
                    Arg.ZERO);
            Register text = epilogue.readAll(counter, COUNTER_CAP, passed, "read " + path);
            byte[] name = (path.substring(path.lastIndexOf('/') + 1) + "\n").getBytes(StandardCharsets.US_ASCII);
            epilogue.writeAll(file, in.plan.bytes(name, 1), Arg.of(name.length), passed, "write counters");
            epilogue.writeAll(file, text, text.next(), passed, "write counters");
        }
    }

    /**
     * One round is enough, but for who makes children as fast as it is killed: those were not listed yet. The status does
     * not wait for them.
     */
    private void killTheRest(Script script, boolean untilEmpty, OnFailure onFailure) {
        script.group("kill what is left");
        cgroups.everybody().ifPresent(path -> {
            Label gone = script.label();
            Register group = script.get(
                    Calls.OPENAT,
                    OnFailure.tolerate("delete tries again"),
                    "open cgroup " + path,
                    imm(Flags.AT_FDCWD),
                    in.string(path),
                    imm(in.openDirectory()),
                    Arg.ZERO);
            script.jump(gone, group, Compare.LESS, Arg.ZERO, "the group is gone");
            script.signalGroup(group, (int) Flags.SIGKILL, untilEmpty, onFailure, "kill the processes of " + path);
            script.place(gone);
        });
    }
}

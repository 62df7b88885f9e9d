package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Process;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Reserved;
import dev.estiba.runtime.plan.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The container that an exec goes into: its init, its groups, and what a process of it takes over. */
final class RunningContainer {
    static final String STOPPED = "cannot exec in a stopped container";

    private final Assembly in;
    private final ExecRequest request;
    private final Optional<ExecGroupV2> unified;

    RunningContainer(Assembly in, ExecRequest request) {
        this.in = in;
        this.request = request;
        this.unified = request.unified() ? Optional.of(new ExecGroupV2(in, request)) : Optional.empty();
    }

    /**
     * Waits until no other call is making the container: before it has entered its root, init has the host's, and who joins
     * it then would be there. By a description of its own, which no other process has: closing it unlocks. Not for ever:
     * the call that makes it may wait for a hook, and the hook for us.
     */
    Register awaitStart() {
        Script outer = in.outer.group("state");
        Register directory = outer.get(
                Calls.OPENAT,
                "open the state directory of " + in.request.id(),
                Reserved.STATE,
                in.string("."),
                imm(Flags.O_RDONLY | Flags.O_CLOEXEC | in.machine.directory()),
                Arg.ZERO);
        outer.run(
                Calls.FLOCK,
                new OnFailure.Retry(Set.of(Errno.EAGAIN), 200, 50, false, "another call is at it"),
                "wait until no other call is making or removing container " + in.request.id(),
                directory,
                imm(Flags.LOCK_SH | Flags.LOCK_NB));
        return directory;
    }

    /** A joiner that has told who comes after it ends at once. */
    static void seeOff(Script outer, Register joiner) {
        outer.run(
                Calls.WAIT4,
                OnFailure.tolerate("its end is all that counts", Errno.ECHILD),
                "see the joiner off",
                joiner,
                Arg.ZERO,
                Arg.ZERO,
                Arg.ZERO);
    }

    void letGo(Register directory) {
        in.outer.group("state").run(Calls.CLOSE, "unlock the state directory", directory);
    }

    /** A pidfd of its init, which is shown to be the recorded one, and not frozen. */
    Register hold() {
        Script outer = in.outer.group("container");
        Register init = outer.get(
                Calls.PIDFD_OPEN,
                OnFailure.tolerate("the next step says so in other words", Errno.ESRCH, Errno.EINVAL),
                "hold the container's init",
                imm(request.initPid()),
                Arg.ZERO);
        outer.check(init, -1, Compare.AT_LEAST, Arg.ZERO, Errno.ESRCH, STOPPED, true);
        Register start = outer.startTime(
                imm(request.initPid()),
                OnFailure.tolerate("it may end meanwhile", Errno.ENOENT, Errno.ESRCH),
                "ask when init was started");
        outer.check(start, -1, Compare.EQUAL, imm(request.initStart()), Errno.ESRCH, STOPPED, true);
        refuseEnded(outer, init);
        if (!request.ignorePaused()) {
            refuseFrozen(outer);
        }
        return init;
    }

    /** One that has ended and that nobody has waited for still has its pid: a pidfd becomes readable at the end. */
    void refuseEnded(Script script, Register init) {
        Data poll = in.plan.words(1L << 32 /* POLLIN */);
        script.store(poll, 4, init, "name the descriptor for poll");
        Register ended = script.get(
                Calls.PPOLL, "ask whether init has ended", poll, imm(1), in.plan.words(0, 0), Arg.ZERO, imm(8));
        script.check(ended, -1, Compare.EQUAL, Arg.ZERO, Errno.ESRCH, STOPPED, true);
    }

    private void refuseFrozen(Script outer) {
        for (String group : request.cgroups()) {
            if (!request.unified() && !group.startsWith(CgroupsV1.TOP + "freezer/")) {
                continue;
            }
            String file = group + (request.unified() ? "/cgroup.freeze" : "/freezer.state");
            Label thawed = outer.label();
            Register state = outer.get(
                    Calls.OPENAT,
                    OnFailure.tolerate("then nobody can be frozen", Errno.ENOENT),
                    "open " + file,
                    imm(Flags.AT_FDCWD),
                    in.string(file),
                    imm(Flags.O_RDONLY | Flags.O_CLOEXEC),
                    Arg.ZERO);
            outer.jump(thawed, state, Compare.LESS, Arg.ZERO, "there is no freezer");
            Data text = in.plan.space(16, 8);
            outer.run(Calls.READ, "read " + file, state, text, imm(16));
            Register first = outer.load(text, 1, "its first letter");
            outer.check(
                    first,
                    -1,
                    Compare.EQUAL,
                    imm(request.unified() ? '0' : 'T'),
                    Errno.EBUSY,
                    "cannot exec in a paused container (use --ignore-paused to override)",
                    true);
            outer.place(thawed);
        }
    }

    /**
     * Outer: the files that a process joins the container's groups by. None for version 2, where the kernel starts it in the
     * group ({@link #start}).
     */
    List<Register> openGroups() {
        Script outer = in.outer.group("cgroups");
        List<Register> tasks = new ArrayList<>();
        if (unified.isPresent()) {
            unified.get().open(outer);
            return tasks;
        }
        for (String group : request.cgroups()) {
            String path = Paths.clean(group + "/" + request.subgroup()) + "/tasks";
            tasks.add(outer.get(
                    Calls.OPENAT,
                    "open " + path,
                    imm(Flags.AT_FDCWD),
                    in.string(path),
                    imm(Flags.O_WRONLY | Flags.O_CLOEXEC),
                    Arg.ZERO));
        }
        return tasks;
    }

    /** The descriptor of the group that a process is started in; -1 when it joins by itself. */
    Arg cloneInto() {
        return unified.<Arg>map(ExecGroupV2::entry).orElse(imm(-1));
    }

    /** Outer: the joiner's pid. */
    Register start() {
        Script outer = in.outer.group("process");
        return unified.map(each -> each.start(outer))
                .orElseGet(() -> outer.start(Actor.JOINER, 0, imm(-1), "start the joiner"));
    }

    void join(Script script, List<Register> tasks) {
        script.group("cgroups");
        for (int i = 0; i < tasks.size(); i++) {
            script.run(Calls.WRITE, "join cgroup " + request.cgroups().get(i), tasks.get(i), in.string("0"), imm(1));
        }
    }

    void oomScore(Script script, Process process) {
        script.group("limits");
        process.oomScoreAdj()
                .ifPresent(score -> in.writeFile(
                        script,
                        in.proc,
                        "self/oom_score_adj",
                        Integer.toString(score),
                        OnFailure.STOP,
                        "set oom_score_adj to " + score));
    }

    /** The session keyring that its init has made, found by its name (keyctl_join_session_keyring(3)). */
    void keyring(Script script, Process process) {
        if (in.request.newKeyring()) {
            SecurityLabels labels = new SecurityLabels(in, process);
            labels.keys(script);
            script.run(
                    Calls.KEYCTL,
                    OnFailure.tolerate("kernels without keys have none to leak", Errno.ENOSYS),
                    "join the container's session keyring",
                    imm(1 /* KEYCTL_JOIN_SESSION_KEYRING */),
                    in.string("_ses." + in.request.id()));
            labels.noKeys(script);
        }
    }
}

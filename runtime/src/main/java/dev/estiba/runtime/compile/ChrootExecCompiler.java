package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Process;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.plan.Script;
import dev.estiba.runtime.seccomp.FilterProgram;
import java.util.List;
import java.util.Optional;

/**
 * Compiles an exec in a jail.
 *
 * <p>There is no namespace to join, so there is no joiner: the outer process's child goes into the jail's groups, its root
 * directory and a Landlock domain, and becomes the program. Its way on from there is a start's.
 *
 * <p>The root directory is that of the jail's first process (proc(5), /proc/PID/root), by no path that could have been
 * swapped. Until that process has called chroot(2) it would be the host's, so a start's end is waited for first.
 *
 * <p>Nothing but the jail's freezer group says later which processes are its own: whoever ends a jail kills those that are
 * in it. A process that goes in looks therefore once more, from inside, whether the first process lives: if it does, those
 * who wait for its end will find this one in the group.
 */
final class ChrootExecCompiler {
    private static final String FAILED = "exec failed";
    private static final int STATUS = 255;

    private final ExecRequest request;
    private final Assembly in;
    private final Process process;
    private final Optional<FilterProgram> filter;
    private final RunningContainer container;

    private ChrootExecCompiler(ExecRequest request, Optional<FilterProgram> filter) {
        this.request = request;
        this.in = new Assembly(request.start());
        this.process = in.config.process().orElseThrow(() -> new UnsupportedConfig("process is required"));
        this.filter = filter;
        this.container = new RunningContainer(in, request);
        refuse();
    }

    static ContainerCompiler.Compiled compile(ExecRequest request, Optional<FilterProgram> filter) {
        return new ContainerCompiler.Compiled(new ChrootExecCompiler(request, filter).plan(), Optional.empty());
    }

    private void refuse() {
        ChrootWalls.refuse(process);
        ContainerCompiler.checkProcess(in, process);
        ChrootWalls.refuse(filter);
        ChrootWalls.refuse(
                in.request.mode() != StartRequest.Mode.DETACHED, "a process in it is left to a monitor, or --detach");
        ChrootWalls.refuse(in.request.preservedDescriptors() > 0, "descriptors from outside are ways out of it");
        ChrootWalls.refuse(
                !request.subgroup().isEmpty(), "its groups tell which processes are its own: none has others");
        ChrootWalls.refuse(
                !request.unified()
                        && request.cgroups().stream().noneMatch(each -> each.startsWith(CgroupsV1.TOP + "freezer/")),
                "without a group of the freezer nothing would end its processes");
    }

    private Plan plan() {
        Script outer = in.outer.onFailure(FAILED, STATUS);
        Consoles consoles = new Consoles(in, false);
        new Settings(in, new Namespaces(in)).openProc();
        HostNeeds.askForProcess(in, process);
        consoles.connect();
        Register lock = container.awaitStart();
        Register first = container.hold();
        openRoot(first);
        container.letGo(lock);
        List<Register> tasks = container.openGroups();
        Register pid = outer.group("process").start(Actor.INIT, 0, container.cloneInto(), "start the process");
        Register pidfd = pid.next();
        in.undo.run(Calls.PIDFD_SEND_SIGNAL, "kill the process", pidfd, imm(Flags.SIGKILL), Arg.ZERO, Arg.ZERO);
        new StateFiles(in).pidFile(pid);
        consoles.sendPidfd(pidfd);
        outer.awaitExec("wait until the program runs");
        outer.exit(Arg.ZERO, "leave the process to its caller");
        init(first, tasks);
        return in.plan.build();
    }

    /** That the number was the first process's is shown by its pidfd, before this and after it. */
    private void openRoot(Register first) {
        Script outer = in.outer.group("root file system");
        outer.get(
                in.root,
                Calls.OPENAT,
                OnFailure.tolerate("who is ending has none: the next step says so", Errno.ENOENT, Errno.ESRCH),
                "open the jail's root",
                in.proc,
                in.string(request.initPid() + "/root"),
                imm(in.openDirectory()),
                Arg.ZERO);
        outer.check(in.root, -1, Compare.AT_LEAST, Arg.ZERO, Errno.ESRCH, RunningContainer.STOPPED, true);
        container.refuseEnded(outer, first);
    }

    private void init(Register first, List<Register> tasks) {
        Script init = in.init.onFailure(FAILED + ": unable to start container process", STATUS);
        Settings.dieWithTheRuntime(init.group("process"), "die with the runtime");
        init.run(Calls.SETSID, "make a session");
        new Scheduling(in, process).initialAffinity(init);
        container.join(init, tasks);
        container.refuseEnded(init, first);
        new Scheduling(in, process).finalAffinity(init);
        container.oomScore(init, process);
        container.keyring(init, process);
        ChrootWalls walls = new ChrootWalls(in);
        walls.enter(in.root);
        Settings.liveOnWithoutTheRuntime(init.group("process"));
        walls.keepIn();
        new SecurityLabels(in, process).atExec(init);
        Executable executable = new Executable(in, init, process, process.env());
        Tail tail = new Tail(in, process, filter);
        tail.prepare(executable);
        tail.execute(executable);
    }
}

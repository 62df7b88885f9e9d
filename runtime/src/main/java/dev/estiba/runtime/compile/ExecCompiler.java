package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Namespace;
import dev.estiba.oci.runtime.Process;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.plan.Script;
import dev.estiba.runtime.seccomp.FilterProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Compiles an exec.
 *
 * <p>Three processes: the outer one stays outside; the joiner goes into the container's groups and namespaces (all but
 * the pid namespace, which takes children only) and there does everything that needs a descriptor of the host; its
 * successor is the outer one's child and in the container's pid namespace, where a process with CAP_SYS_PTRACE may look
 * into it from its first moment on: it has no descriptor but stdio, the preserved ones and its socket.
 */
final class ExecCompiler {
    private static final String FAILED = "exec failed";
    private static final int STATUS = 255;

    /**
     * A container that was just started is told to run from its gate on; until its init has executed its program it is not dumpable, and
     * nobody but the host's root may look into it (ptrace(2)).
     */
    private static final OnFailure WAIT_FOR_PROGRAM =
            new OnFailure.Retry(Set.of(Errno.EPERM), 200, 5, false, "init may not have executed its program yet");

    private final ExecRequest request;
    private final Assembly in;
    private final Process process;
    private final Optional<FilterProgram> filter;
    private final Consoles consoles;
    private final RunningContainer container;
    private final Optional<SeccompListener> listener;

    private ExecCompiler(ExecRequest request, Optional<FilterProgram> filter) {
        this.request = request;
        this.in = new Assembly(request.start());
        this.process = in.config.process().orElseThrow(() -> new UnsupportedConfig("process is required"));
        this.filter = filter;
        this.consoles = new Consoles(in, process.terminal());
        this.container = new RunningContainer(in, request);
        ContainerCompiler.checkProcess(in, process);
        this.listener = SeccompListener.of(in, filter);
    }

    static ContainerCompiler.Compiled compile(ExecRequest request, Optional<FilterProgram> filter) {
        return new ExecCompiler(request, filter).compile();
    }

    private ContainerCompiler.Compiled compile() {
        Script outer = in.outer.onFailure(FAILED, STATUS);
        Script joiner = in.plan.actor(Actor.JOINER).onFailure(FAILED + ": unable to start container process", STATUS);
        boolean asks = ContainerCompiler.asksForPasswd(process);
        Register lock = container.awaitStart();
        if (asks) {
            askEarly();
        }
        Register init = container.hold();
        container.letGo(lock);
        new Settings(in, new Namespaces(in)).openProc();
        HostNeeds.askForProcess(in, process);
        consoles.connect();
        listener.ifPresent(SeccompListener::connect);
        List<Register> tasks = container.openGroups();
        Register starter = container.start();
        Register pid = outer.awaitAny("wait until the joiner is in");
        RunningContainer.seeOff(outer, starter);
        Register pidfd = outer.get(Calls.PIDFD_OPEN, "hold the process", pid, Arg.ZERO);
        in.undo.run(Calls.PIDFD_SEND_SIGNAL, "kill the process", pidfd, imm(Flags.SIGKILL), Arg.ZERO, Arg.ZERO);
        new StateFiles(in).pidFile(pid);
        consoles.sendPidfd(pidfd);
        listener.ifPresent(each -> each.tell(pid, imm(request.initPid()), "running"));
        outer.awaitExec("wait until the program runs");
        if (in.request.mode() == StartRequest.Mode.FOREGROUND) {
            Register status = consoles.waitFor(pid, pidfd, "wait for the process");
            outer.exit(status, "end as the process did");
        } else {
            outer.exit(Arg.ZERO, "leave the process to its caller");
        }
        Settings.dieWithTheRuntime(joiner.group("process"), "die with the runtime");
        Register root = join(joiner, init, tasks);
        if (asks) {
            joiner.goOn("learn the rest of the plan from the planner");
            return new ContainerCompiler.Compiled(in.plan.build(), Optional.of(passwd -> rest(passwd, root)));
        }
        inside(in, joiner, root, process.env());
        return new ContainerCompiler.Compiled(in.plan.build(), Optional.empty());
    }

    /**
     * Reads the user database through init's root (proc(5), /proc/PID/root), before anything else: the planner's answer
     * then waits for the joiner and not the joiner for the answer. Whether init is the recorded one is shown after it;
     * until then nothing has been done with these bytes.
     */
    private void askEarly() {
        Script outer = in.outer.group("user");
        Register root = outer.get(
                Calls.OPENAT,
                OnFailure.tolerate("a stopped container is told by its own words"),
                "open the container's root",
                imm(Flags.AT_FDCWD),
                in.string("/proc/" + request.initPid() + "/root"),
                imm(in.openDirectory()),
                Arg.ZERO);
        ContainerCompiler.readPasswd(in, outer, root);
    }

    /** The container's root directory, from inside. */
    private Register join(Script joiner, Register init, List<Register> tasks) {
        new Scheduling(in, process).initialAffinity(joiner.group("process"));
        container.join(joiner, tasks);
        container.oomScore(joiner, process);
        joiner.group("namespaces");
        long flags = 0;
        for (Namespace namespace : in.linux.namespaces()) {
            flags |= Namespaces.flag(namespace.type());
        }
        new SecurityLabels(in, process).atExec(joiner);
        joiner.run(
                Calls.SETNS,
                in.userNamespace ? WAIT_FOR_PROGRAM : OnFailure.STOP,
                "join the container's namespaces",
                init,
                imm(flags));
        if (in.userNamespace) {
            UserNamespace.becomeRoot(joiner);
        }
        container.keyring(joiner, process);
        return joiner.get(
                Calls.OPENAT,
                "open the container's root",
                imm(Flags.AT_FDCWD),
                in.string("/"),
                imm(in.openDirectory()),
                Arg.ZERO);
    }

    private Plan rest(byte[] passwd, Register root) {
        Assembly next = in.next();
        List<String> env = new ArrayList<>(process.env());
        env.add("HOME=" + Passwd.home(passwd, process.user().uid()));
        Script joiner = next.plan.actor(Actor.JOINER).onFailure(FAILED + ": unable to start container process", STATUS);
        inside(next, joiner, root, env);
        return next.plan.build();
    }

    private void inside(Assembly at, Script joiner, Register root, List<String> env) {
        if (process.terminal()) {
            Terminal terminal = new Terminal(at, process, joiner);
            terminal.open(root, consoles.consoleSocket());
            terminal.asStdio();
        }
        joiner.group("process");
        joiner.run(
                Calls.PRCTL,
                "let nobody look into this process",
                imm(Flags.PR_SET_DUMPABLE),
                Arg.ZERO,
                Arg.ZERO,
                Arg.ZERO,
                Arg.ZERO);
        Register pid = joiner.succeed(
                Actor.INIT,
                0,
                3 + at.request.preservedDescriptors(),
                "start the process in the container's pid namespace");
        joiner.post(pid, "tell its pid");
        joiner.exit(Arg.ZERO, "leave it to the runtime");
        Script init = at.init.onFailure(FAILED + ": unable to start container process", STATUS);
        init.group("process").run(Calls.SETSID, "make a session");
        if (process.terminal()) {
            Terminal.control(init);
        }
        new Scheduling(at, process).finalAffinity(init);
        Executable executable = new Executable(at, init, process, env);
        Tail tail = new Tail(at, process, filter);
        tail.prepare(executable);
        tail.execute(executable);
    }
}

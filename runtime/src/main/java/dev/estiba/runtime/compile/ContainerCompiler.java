package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Hooks;
import dev.estiba.oci.runtime.Namespace;
import dev.estiba.oci.runtime.Process;
import dev.estiba.oci.runtime.Root;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.plan.Reserved;
import dev.estiba.runtime.plan.Script;
import dev.estiba.runtime.seccomp.FilterProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compiles a container's start: which pass comes when, and where the outer actor and init meet. */
public final class ContainerCompiler {
    /** Outer to init: the state files name you; you may go on where you would be lost without a record. */
    static final int RECORDED = 1;
    /** Init to outer: namespaces and mounts are made, hooks of the runtime may look at them. */
    static final int MOUNTED = 2;
    /** Outer to init: those hooks have run. */
    static final int HOOKED = 3;
    /** Init to outer: nothing but the gate is left. */
    static final int READY = 4;
    /** Outer to init: your cgroups are made and limited; join them. */
    static final int GROUPED = 5;
    /** Outer to init: your ids are mapped. */
    static final int MAPPED = 6;
    /** Init to outer: the network namespace is made. */
    static final int NETWORKED = 7;
    /** Outer to init: your network devices are there. */
    static final int MOVED = 8;

    /** Buffers that the executor sends for the rest of a plan ({@code TAG_*} in native/src/frame.h). */
    private static final int TAG_PASSWD = 13;

    private static final long PASSWD_CAP = 1 << 20;
    private static final String INIT_FAILED = "unable to start container process: error during container init";

    private final Assembly in;
    private final Process process;
    private final Namespaces namespaces;
    private final UserNamespace user;
    private final Cgroups cgroups;
    private final StateFiles state;
    private final HookSteps hookSteps;
    private final Optional<FilterProgram> filter;
    private final Optional<SeccompListener> listener;
    private final Optional<NetDevices> netDevices;
    private final String failurePrefix;

    private ContainerCompiler(StartRequest request, Optional<FilterProgram> filter) {
        this.in = new Assembly(request);
        this.process = in.config
                .process()
                .orElseThrow(() -> new UnsupportedConfig("process is required to start a container"));
        this.filter = filter;
        this.namespaces = new Namespaces(in);
        namespaces.refuseTheHostsMounts();
        this.user = new UserNamespace(in, namespaces);
        this.cgroups = Cgroups.of(in);
        this.state = new StateFiles(in);
        this.hookSteps = new HookSteps(in);
        this.netDevices = NetDevices.of(in);
        this.failurePrefix = failurePrefix(request.mode());
        refuse();
        this.listener = SeccompListener.of(in, filter);
    }

    /** How a failure of such a start begins. */
    public static String failurePrefix(StartRequest.Mode mode) {
        return "estiba-oci " + (mode == StartRequest.Mode.CREATE ? "create" : "run") + " failed";
    }

    private void refuse() {
        boolean waits = in.request.mode() == StartRequest.Mode.FOREGROUND;
        boolean hasSocket =
                in.request.consoleSocket().isPresent() || in.request.given().console();
        if (process.terminal() && !waits && !hasSocket) {
            throw new UnsupportedConfig("cannot allocate tty if runc will detach without setting console socket");
        }
        if (hasSocket && (!process.terminal() || waits)) {
            throw new UnsupportedConfig("cannot use console socket if runc will not detach or allocate tty");
        }
        checkProcess(in, process);
        netDevices.ifPresent(NetDevices::check);
        CacheControl.of(in).ifPresent(CacheControl::check);
        user.refuse();
    }

    /** What is wrong with a start's process or an exec's, whatever the container: told before anything has changed. */
    static void checkProcess(Assembly in, Process process) {
        Scheduling.check(process);
        NumaPolicy.check(in.linux.memoryPolicy());
        ExecutionDomain.check(in.linux.personality());
    }

    /** A plan, and what is still to come when the executor must first send bytes from inside of the container. */
    public record Compiled(Plan plan, Optional<Rest> rest) {}

    /** The last part of a start, which depends on the container's /etc/passwd. */
    public interface Rest {
        /** @param passwd its bytes, empty when the container has none */
        Plan with(byte[] passwd);
    }

    /**
     * @param record what state.json says
     * @param configBytes the configuration as it was read
     * @throws UnsupportedConfig when no container can be made of it
     */
    public static Compiled compile(
            StartRequest request, byte[] record, byte[] configBytes, Optional<FilterProgram> filter) {
        return new ContainerCompiler(request, filter).compile(record, configBytes);
    }

    /** The cgroup directories of a container, for its record. */
    public static List<String> cgroupDirectories(StartRequest request) {
        return Cgroups.of(new Assembly(request)).directories();
    }

    private Compiled compile(byte[] record, byte[] configBytes) {
        in.outer.onFailure(failurePrefix, 1);
        in.init.onFailure(failurePrefix + ": " + INIT_FAILED, 1);
        boolean gated = in.request.mode() == StartRequest.Mode.CREATE;
        new Settings(in, namespaces).openProc();
        HostNeeds.ask(in, process);
        boolean asks = asksForPasswd();
        if (asks && !passwdIsMounted()) {
            askEarly();
        }
        state.create(record, configBytes, gated);
        namespaces.open();
        Consoles consoles = new Consoles(in, process.terminal());
        consoles.connect();
        listener.ifPresent(SeccompListener::connect);
        if (in.request.mode() == StartRequest.Mode.FOREGROUND && in.request.subreaper()) {
            in.outer
                    .group("init")
                    .run(
                            Calls.PRCTL,
                            "adopt the container's orphans",
                            imm(Flags.PR_SET_CHILD_SUBREAPER),
                            imm(1),
                            Arg.ZERO,
                            Arg.ZERO,
                            Arg.ZERO);
        }
        Sources sources = new Sources(in, namespaces);
        Rootfs rootfs = new Rootfs(in);
        rootfs.openOutside();
        sources.open();
        if (cgroups.beforeInit()) {
            cgroups.create();
        }
        Init pid = startInit();
        user.map(pid.pid());
        sources.mapByTheContainers(pid.pid());
        if (!cgroups.beforeInit()) {
            // Init makes its mounts on another processor while the groups are made here.
            cgroups.create();
        }
        state.recordInit(pid.pid());
        CacheControl.of(in).ifPresent(each -> each.join(pid.pid()));
        state.pidFile(pid.pid());
        consoles.sendPidfd(pid.pidfd());
        netDevices.ifPresent(each -> each.move(pid.pid()));
        initBeforeTail(consoles, asks, rootfs, sources);
        outerAfterStart(pid, consoles);
        state.remove(in.undo);
        if (!asks) {
            tail(in, process.env());
        }
        return new Compiled(in.plan.build(), asks ? Optional.of(this::rest) : Optional.empty());
    }

    private record Init(Register pid, Register pidfd) {}

    private Init startInit() {
        Script outer = in.outer.group("init");
        if (!namespaces.needJoiner()) {
            Register pid = outer.start(Actor.INIT, namespaces.cloneFlags(), cgroups.cloneInto(), cgroups.startInit());
            return new Init(pid, pid.next());
        }
        Script joiner = in.plan.actor(Actor.JOINER);
        joiner.onFailure(failurePrefix + ": " + INIT_FAILED, 1);
        Settings.dieWithTheRuntime(joiner.group("init"), "die with the runtime");
        namespaces.joinFirst(joiner);
        joiner.group("init")
                .post(
                        joiner.succeed(Actor.INIT, namespaces.cloneFlags(), -1, "start the container's init"),
                        "tell init's pid");
        joiner.exit(Arg.ZERO, "leave init to the runtime");
        Register starter = outer.start(Actor.JOINER, 0, cgroups.cloneInto(), "start the process that joins namespaces");
        Register pid = outer.awaitAny("wait for init");
        RunningContainer.seeOff(outer, starter);
        Register pidfd = outer.get(Calls.PIDFD_OPEN, "hold init", pid, Arg.ZERO);
        in.undo.run(Calls.PIDFD_SEND_SIGNAL, "kill init", pidfd, imm(Flags.SIGKILL), Arg.ZERO, Arg.ZERO);
        return new Init(pid, pidfd);
    }

    /** The outer actor from the moment that init exists. */
    private void outerAfterStart(Init started, Consoles consoles) {
        Register pid = started.pid();
        Script outer = in.outer;
        Hooks hooks = in.config.hooks();
        if (runtimeHooks()) {
            outer.group("init").await(MOUNTED, "wait until init has made its mounts");
            hookSteps.run(outer, "prestart", hooks.prestart(), "creating", pid, false);
            hookSteps.run(outer, "createRuntime", hooks.createRuntime(), "creating", pid, false);
            outer.post(HOOKED, "tell init that the hooks have run");
        }
        // Last: init waits for it last, and takes what it is told in that order.
        outer.group("init").post(RECORDED, "tell init that it is recorded");
        listener.ifPresent(each -> each.tell(pid, pid, "creating"));
        switch (in.request.mode()) {
            case CREATE -> {
                outer.await(READY, "wait until init is at the gate");
                state.unlock();
                outer.exit(Arg.ZERO, "leave init to its caller");
            }
            case DETACHED -> {
                outer.awaitExec("wait until the program runs");
                state.unlock();
                poststart(pid);
                outer.exit(Arg.ZERO, "leave init to its caller");
            }
            case FOREGROUND -> {
                outer.awaitExec("wait until the program runs");
                state.unlock();
                poststart(pid);
                Register status = consoles.waitFor(pid, started.pidfd(), "wait for the container");
                if (!in.request.keep()) {
                    cleanUp(outer);
                }
                outer.exit(status, "end as the container did");
            }
        }
    }

    private void poststart(Register pid) {
        hookSteps.run(in.outer, "poststart", in.config.hooks().poststart(), "running", pid, false);
    }

    private void cleanUp(Script outer) {
        cgroups.remove(outer);
        CacheControl.of(in).ifPresent(each -> each.remove(outer));
        state.remove(outer);
        hookSteps.run(outer, "poststop", in.config.hooks().poststop(), "stopped", Arg.ZERO, true);
    }

    private boolean runtimeHooks() {
        Hooks hooks = in.config.hooks();
        return !hooks.prestart().isEmpty()
                || !hooks.createRuntime().isEmpty()
                || !hooks.createContainer().isEmpty();
    }

    /** Init up to the point where it knows who its user is. */
    private void initBeforeTail(Consoles consoles, boolean asks, Rootfs rootfs, Sources sources) {
        Script init = in.init;
        Settings settings = new Settings(in, namespaces);
        Settings.dieWithTheRuntime(init.group("init"), "die with the runtime until the container is recorded");
        init.run(Calls.SETSID, "make a session");
        Settings.resetAffinity(in, init);
        user.awaitMap();
        if (in.userNamespace || namespaces.isNew(Namespace.Type.CGROUP)) {
            cgroups.join();
        }
        if (in.userNamespace) {
            // While it still is the caller for the host's files.
            settings.oomScore();
            namespaces.join();
            rootfs.enter();
            UserNamespace.becomeRoot(init);
        } else {
            namespaces.join();
        }
        netDevices.ifPresent(NetDevices::announce);
        settings.keyring();
        settings.loopback();
        if (!in.userNamespace) {
            settings.oomScore();
        }
        settings.names();
        if (!in.userNamespace) {
            rootfs.enter();
        }
        new Mounts(in, cgroups, sources).compile();
        cgroups.join();
        netDevices.ifPresent(NetDevices::await);
        if (asks && passwdIsMounted()) {
            readPasswd();
        }
        new DevFiles(in).compile();
        consoles.initTerminal(process);
        makeWorkingDirectory();
        if (runtimeHooks()) {
            init.group("hooks").post(MOUNTED, "tell the runtime that everything is mounted");
            init.await(HOOKED, "wait for the runtime's hooks");
        }
        hookSteps.run(init, "createContainer", in.config.hooks().createContainer(), "created", Arg.ZERO, false);
        new Masks(in).compile();
        rootfs.pivot();
        settings.sysctls();
        rootfs.finish();
        init.group("init").await(RECORDED, "wait until the container is recorded");
        Settings.liveOnWithoutTheRuntime(init);
        if (asks) {
            init.group("user").goOn("learn the rest of the plan from the planner");
        }
    }

    /** Whether the configuration mounts something over the image's user database. */
    private boolean passwdIsMounted() {
        if (in.request.given().overlay().isPresent()) {
            return true; // by init itself
        }
        return in.config.mounts().stream()
                .map(mount -> Paths.clean(Mounts.target(mount)))
                .anyMatch(target -> target.equals("/") || target.equals("/etc") || target.equals("/etc/passwd"));
    }

    /**
     * The database is the image's own, so the outer actor can send it before anything else: the planner's answer then
     * waits for init and not init for the answer.
     */
    private void askEarly() {
        Script outer = in.outer.group("user");
        if (in.request.given().rootfs()) {
            readPasswd(in, outer, Reserved.ROOTFS);
            return;
        }
        String path = in.config.root().map(Root::path).orElse("");
        Register root = outer.get(
                Calls.OPENAT,
                "open the root file system " + path,
                Reserved.BUNDLE,
                in.string(path),
                imm(in.openDirectory()),
                Arg.ZERO);
        readPasswd(in, outer, root);
    }

    private boolean asksForPasswd() {
        return asksForPasswd(process);
    }

    static boolean asksForPasswd(Process process) {
        return process.env().stream().noneMatch(variable -> variable.startsWith("HOME="));
    }

    private void readPasswd() {
        readPasswd(in, in.init, in.root);
    }

    /** HOME comes from the container's own /etc/passwd; Java reads it, this process only fetches its bytes. */
    static void readPasswd(Assembly in, Script init, Arg root) {
        init.group("user");
        OnFailure none = OnFailure.tolerate("a container without users has root's home");
        Register file = init.get(
                Calls.OPENAT2,
                none,
                "open the container's /etc/passwd",
                root,
                in.string("/etc/passwd"),
                in.how(
                        Flags.O_RDONLY | Flags.O_NONBLOCK | Flags.O_CLOEXEC | Flags.O_NOCTTY,
                        0,
                        Flags.RESOLVE_IN_ROOT | Flags.RESOLVE_NO_MAGICLINKS),
                imm(Flags.OPEN_HOW_SIZE));
        Register bytes = init.readAll(file, PASSWD_CAP, none, "read the container's /etc/passwd");
        init.ask("ask the planner for the rest", imm(TAG_PASSWD), bytes, bytes.next());
    }

    private void makeWorkingDirectory() {
        makeWorkingDirectory(in, process);
    }

    /** runc makes a working directory that the image lacks. */
    static void makeWorkingDirectory(Assembly in, Process process) {
        String cwd = process.cwd();
        if (!cwd.equals("/") && cwd.startsWith("/")) {
            in.init
                    .group("working directory")
                    .place(
                            in.root,
                            cwd,
                            0755,
                            Script.Place.DIRECTORY,
                            OnFailure.tolerate("chdir has the last word"),
                            "make " + cwd);
        }
    }

    private Plan rest(byte[] passwd) {
        Assembly next = in.next();
        next.init.onFailure(failurePrefix + ": " + INIT_FAILED, 1);
        List<String> env = new ArrayList<>(process.env());
        env.add("HOME=" + Passwd.home(passwd, process.user().uid()));
        tail(next, env);
        return next.plan.build();
    }

    private void tail(Assembly at, List<String> env) {
        Script init = at.init;
        new SecurityLabels(at, process).atExec(init);
        if (in.request.mode() == StartRequest.Mode.CREATE) {
            letGo(at);
        }
        Executable executable = new Executable(at, init, process, env);
        Tail tail = new Tail(at, process, filter);
        tail.prepare(executable);
        if (in.request.mode() == StartRequest.Mode.CREATE) {
            gate(at);
        }
        new HookSteps(at).run(init, "startContainer", in.config.hooks().startContainer(), "created", Arg.ZERO, false);
        tail.execute(executable);
    }

    /**
     * An init that waits at its gate may be looked into by a process that an exec brings beside it: it keeps nothing of
     * the host but the gate and its socket, directly behind the descriptors that the program gets (CVE-2016-9962,
     * 2024-21626).
     */
    private void letGo(Assembly at) {
        Script init = at.init.group("gate");
        int place = 3 + in.request.preservedDescriptors();
        String what = "keep only the gate and the socket";
        Register socket = init.get(Calls.FCNTL, what, Reserved.PEER, imm(1030 /* F_DUPFD_CLOEXEC */), imm(place + 2));
        init.set(Reserved.PEER, socket, what);
        Register gate = init.get(Calls.FCNTL, what, state.gate(), imm(1030 /* F_DUPFD_CLOEXEC */), imm(place + 2));
        init.run(Calls.DUP3, what, gate, imm(place), imm(Flags.O_CLOEXEC));
        init.set(state.gate(), imm(place), what);
        init.run(Calls.DUP3, what, socket, imm(place + 1), imm(Flags.O_CLOEXEC));
        init.set(Reserved.PEER, imm(place + 1), what);
        init.run(Calls.CLOSE_RANGE, what, imm(place + 2), imm(0xffffffffL), Arg.ZERO);
        init.run(
                Calls.PRCTL,
                "let nobody look into this process",
                imm(Flags.PR_SET_DUMPABLE),
                Arg.ZERO,
                Arg.ZERO,
                Arg.ZERO,
                Arg.ZERO);
    }

    private void gate(Assembly at) {
        Script init = at.init.group("gate");
        Data byteRead = at.plan.space(8, 8);
        init.post(READY, "tell the runtime that only the gate is left");
        Register got = init.get(Calls.READ, "wait at the gate for start", state.gate(), byteRead, imm(1));
        init.check(got, -1, Compare.EQUAL, imm(1), Errno.EPIPE, "wait at the gate for start", false);
    }
}

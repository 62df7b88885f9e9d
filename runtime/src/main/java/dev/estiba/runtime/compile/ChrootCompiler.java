package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.oci.runtime.Process;
import dev.estiba.oci.runtime.Root;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.plan.Reserved;
import dev.estiba.runtime.plan.Script;
import dev.estiba.runtime.seccomp.FilterProgram;
import java.util.Optional;

/**
 * Compiles the start of a jail: chroot(2) without any namespace, the oldest container of all.
 *
 * <p>A root directory by itself keeps nobody who is root: with CAP_SYS_CHROOT, CAP_SYS_PTRACE, CAP_MKNOD and the like there
 * is a way out, and as user 0 alone it could signal, trace and limit every process of the host's root. So a jail's program
 * is never root and never gets one of those; its signals and its tracing are kept in by Landlock (landlock(7), scopes),
 * its limits are cgroups, and its system calls are filtered like any container's. What is left open, because it would take
 * a namespace, is refused where the configuration asks for it, and told by who offers jails to people.
 */
final class ChrootCompiler {
    private final Assembly in;
    private final Process process;
    private final Root root;
    private final Cgroups cgroups;
    private final StateFiles state;
    private final Optional<FilterProgram> filter;

    private ChrootCompiler(StartRequest request, Optional<FilterProgram> filter) {
        in = new Assembly(request);
        process = in.config
                .process()
                .orElseThrow(() -> new UnsupportedConfig("process is required to start a container"));
        root = in.config.root().orElseThrow(() -> new UnsupportedConfig("root is required"));
        cgroups = Cgroups.of(in);
        state = new StateFiles(in);
        this.filter = filter;
        refuse();
    }

    static ContainerCompiler.Compiled compile(
            StartRequest request, byte[] record, byte[] configBytes, Optional<FilterProgram> filter) {
        Plan plan = new ChrootCompiler(request, filter).plan(record, configBytes);
        return new ContainerCompiler.Compiled(plan, Optional.empty());
    }

    private void refuse() {
        ChrootWalls.refuse(process);
        ContainerCompiler.checkProcess(in, process);
        ChrootWalls.refuse(filter);
        ChrootWalls.refuse(
                in.request.mode() != StartRequest.Mode.DETACHED, "it is started at once, and left to a monitor");
        ChrootWalls.refuse(!in.linux.namespaces().isEmpty(), "it has none of the namespaces that are asked for");
        ChrootWalls.refuse(!in.config.mounts().isEmpty(), "without a mount namespace nothing can be mounted in it");
        ChrootWalls.refuse(in.config.hostname().isPresent(), "it has the host's name");
        ChrootWalls.refuse(!in.linux.sysctl().isEmpty(), "its sysctls are the host's");
        ChrootWalls.refuse(!in.config.hooks().createContainer().isEmpty(), "hooks are not built yet");
    }

    private Plan plan(byte[] record, byte[] configBytes) {
        in.outer.onFailure("run failed", 1);
        in.init.onFailure("run failed: unable to start container process: error during container init", 1);
        Settings settings = new Settings(in, new Namespaces(in));
        settings.openProc();
        HostNeeds.ask(in, process);
        state.create(record, configBytes, false);
        if (cgroups.beforeInit()) {
            cgroups.create();
        }
        Register pid =
                in.outer.group("init").start(Actor.INIT, 0, cgroups.cloneInto(), "start the jail's first process");
        if (!cgroups.beforeInit()) {
            cgroups.create();
        }
        state.recordInit(pid);
        state.pidFile(pid);
        in.outer.group("init").post(ContainerCompiler.RECORDED, "tell it that it is recorded");
        in.outer.awaitExec("wait until the program runs");
        state.unlock();
        in.outer.exit(Arg.ZERO, "leave it to its monitor");
        init(settings);
        state.remove(in.undo);
        return in.plan.build();
    }

    private void init(Settings settings) {
        Script init = in.init;
        Settings.dieWithTheRuntime(init.group("init"), "die with the runtime until the container is recorded");
        init.run(Calls.SETSID, "make a session");
        Settings.resetAffinity(in, init);
        settings.keyring();
        settings.oomScore();
        cgroups.join();
        openRoot();
        new DevFiles(in).compile();
        ContainerCompiler.makeWorkingDirectory(in, process);
        readOnly();
        ChrootWalls walls = new ChrootWalls(in);
        walls.enter(in.root);
        init.group("init").await(ContainerCompiler.RECORDED, "wait until the container is recorded");
        Settings.liveOnWithoutTheRuntime(init);
        walls.keepIn();
        new SecurityLabels(in, process).atExec(init);
        Executable executable = new Executable(in, init, process, process.env());
        Tail tail = new Tail(in, process, filter);
        tail.prepare(executable);
        tail.execute(executable);
    }

    private void openRoot() {
        Script init = in.init.group("root file system");
        if (in.request.given().rootfs()) {
            init.set(in.root, Reserved.ROOTFS, "the root file system");
            return;
        }
        init.get(
                in.root,
                Calls.OPENAT,
                OnFailure.STOP,
                "open the root file system " + root.path(),
                Reserved.BUNDLE,
                in.string(root.path()),
                imm(in.openDirectory()),
                Arg.ZERO);
    }

    /** A detached mount is nobody else's; a directory of the host cannot be made read-only for one process. */
    private void readOnly() {
        if (!root.readonly()) {
            return;
        }
        ChrootWalls.refuse(!in.request.given().rootfs(), "a directory of the host cannot be made read-only for it");
        in.init
                .group("enter the root")
                .run(
                        Calls.MOUNT_SETATTR,
                        "make the root read-only",
                        in.root,
                        in.string(""),
                        imm(Flags.AT_EMPTY_PATH),
                        in.mountAttributes(Flags.MOUNT_ATTR_RDONLY, 0, 0),
                        imm(Flags.MOUNT_ATTR_SIZE));
    }
}

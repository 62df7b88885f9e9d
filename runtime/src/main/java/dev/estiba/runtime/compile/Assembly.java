package dev.estiba.runtime.compile;

import dev.estiba.oci.runtime.Config;
import dev.estiba.oci.runtime.Linux;
import dev.estiba.oci.runtime.Namespace;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.PlanBuilder;
import dev.estiba.runtime.plan.Script;
import java.nio.charset.StandardCharsets;

/** What the passes of one compilation share. Not thread-safe; used once. */
final class Assembly {
    final PlanBuilder plan;
    final StartRequest request;
    final Config config;
    final Linux linux;
    final Machine machine;
    final Script outer;
    final Script init;
    final Script undo;

    /** Whether the container has a user namespace of its own, or joins one. */
    final boolean userNamespace;

    /** The container's root directory, in init, from {@link Rootfs} on. */
    final Register root;
    /** The host's /proc, opened by the outer actor: for files that name the process itself. */
    final Register proc;
    /** The container's state directory. */
    final Register state;

    Assembly(StartRequest request) {
        this(request, new PlanBuilder());
    }

    private Assembly(StartRequest request, PlanBuilder plan) {
        this(request, plan, plan.register(), plan.register(), plan.register());
    }

    private Assembly(StartRequest request, PlanBuilder plan, Register root, Register proc, Register state) {
        this.request = request;
        this.plan = plan;
        config = request.config();
        linux = config.linux().orElse(Linux.EMPTY);
        machine = request.machine();
        userNamespace = linux.namespaces().stream().anyMatch(each -> each.type() == Namespace.Type.USER);
        outer = plan.actor(Actor.OUTER);
        init = plan.actor(Actor.INIT);
        undo = plan.actor(Actor.UNDO);
        this.root = root;
        this.proc = proc;
        this.state = state;
    }

    /** For the plan that follows this one in the same processes: its registers keep what they hold. */
    Assembly next() {
        return new Assembly(request, plan.successor(), root, proc, state);
    }

    /**
     * Whether what is mounted from the host is opened by the outer actor: in a user namespace, init has not its rights. An
     * ordinary user's outer actor may copy no mount, and has no rights that init lacks.
     */
    boolean opensOutside() {
        return userNamespace
                && request.caller().isRoot()
                && !request.caller().withheld().openTree()
                && !request.caller().withheld().mountSetattr();
    }

    /** Devices are bound from the host where nobody may make one (mknod(2), EPERM). */
    boolean bindsDevices() {
        return userNamespace || request.caller().isRootless();
    }

    static Arg imm(long value) {
        return Arg.of(value);
    }

    Data string(String text) {
        return plan.string(text);
    }

    /** struct open_how (openat2(2)). */
    Data how(long flags, long mode, long resolve) {
        return plan.words(flags, mode, resolve);
    }

    /** struct mount_attr (mount_setattr(2)). */
    Data mountAttributes(long set, long clear, long propagation) {
        return plan.words(set, clear, propagation, 0);
    }

    long openDirectory() {
        return Flags.O_PATH | Flags.O_CLOEXEC | machine.directory();
    }

    /** Writes {@code text} to a file beneath {@code directory}, which the kernel and nobody else made. */
    void writeFile(Script script, Arg directory, String path, String text, OnFailure onFailure, String sentence) {
        Register file = script.get(
                Calls.OPENAT,
                onFailure,
                sentence,
                directory,
                string(path),
                imm(Flags.O_WRONLY | Flags.O_CLOEXEC),
                Arg.ZERO);
        Data bytes = string(text);
        script.run(Calls.WRITE, onFailure, sentence, file, bytes, imm(text.getBytes(StandardCharsets.UTF_8).length));
        script.run(Calls.CLOSE, onFailure, sentence, file);
    }
}

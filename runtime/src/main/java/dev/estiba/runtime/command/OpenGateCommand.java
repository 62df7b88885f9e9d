package dev.estiba.runtime.command;

import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.compile.Calls;
import dev.estiba.runtime.compile.Flags;
import dev.estiba.runtime.compile.HookSteps;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Reserved;
import dev.estiba.runtime.plan.Script;

/** {@code start}: a byte through the gate, which then is removed. */
final class OpenGateCommand {
    private static final String STOPPED = "cannot start a container that has stopped";

    private OpenGateCommand() {}

    static Answer answer(Container container) {
        Existing in = new Existing(container);
        in.lock();
        in.askStatus();
        in.refuse(Status.STOPPED, STOPPED);
        in.refuse(Status.RUNNING, "cannot start an already running container");
        in.refuse(Status.PAUSED, "cannot start a container in the paused state");
        open(in);
        poststart(in);
        return in.done();
    }

    /** The byte first: killed between the two, this leaves a gate with nobody behind it, which is no gate. */
    private static void open(Existing in) {
        Script outer = in.outer.group("gate");
        Register gate = outer.get(
                Calls.OPENAT,
                OnFailure.tolerate("init has ended meanwhile", Errno.ENXIO),
                "open the gate",
                Reserved.STATE,
                in.plan.string(StatusSteps.GATE),
                Arg.of(Flags.O_WRONLY | Flags.O_NONBLOCK | Flags.O_CLOEXEC),
                Arg.ZERO);
        Label waiting = outer.label();
        outer.jump(waiting, gate, Compare.AT_LEAST, Arg.ZERO, "somebody waits behind it");
        outer.fail(Errno.ENXIO, STOPPED);
        outer.place(waiting);
        outer.run(Calls.WRITE, "let init through the gate", gate, in.plan.string("0"), Arg.of(1));
        outer.run(Calls.UNLINKAT, "remove the gate", Reserved.STATE, in.plan.string(StatusSteps.GATE), Arg.ZERO);
    }

    /** When one fails the container is stopped (runtime.md, "Lifecycle", step 9); its caller deletes it. */
    private static void poststart(Existing in) {
        var record = in.container.record();
        if (record.poststart().isEmpty()) {
            return;
        }
        // Init has the container's root since before the gate, and a hook may bring a process in.
        in.outer.group("state").run(Calls.FLOCK, "unlock the state directory", Reserved.STATE, Arg.of(Flags.LOCK_UN));
        new HookSteps(in.plan, record.id(), record.bundle(), record.annotations())
                .run(in.outer, "poststart", record.poststart(), "running", in.status.pid(), false);
        in.plan
                .actor(Actor.UNDO)
                .run(
                        Calls.PIDFD_SEND_SIGNAL,
                        "kill init",
                        in.status.pidfd(),
                        Arg.of(Flags.SIGKILL),
                        Arg.ZERO,
                        Arg.ZERO);
    }
}

package dev.estiba.runtime.command;

import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.compile.Calls;
import dev.estiba.runtime.compile.Flags;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.PlanBuilder;
import dev.estiba.runtime.plan.Script;
import dev.estiba.runtime.record.InitRecord;

/**
 * Asks the kernel for a container's status. The registers are the same for every container that is asked for, so a plan
 * may ask for thousands.
 */
final class StatusSteps {
    /** The file that {@code create} leaves and {@code start} removes: who waits behind it has it open for reading. */
    static final String GATE = "exec.fifo";

    private static final long POLLIN = 1;
    private static final int POLLFD_EVENTS = 4;
    private static final int SIGNAL_SET = 8;

    private final PlanBuilder plan;
    private final Script script;
    private final Register status;
    private final Register pid;
    private final Register pidfd;
    private final Register scratch;
    private final Register file;
    private final Data poll;
    private final Data now;
    private final Data text;

    StatusSteps(PlanBuilder plan, Script script) {
        this.plan = plan;
        this.script = script;
        status = plan.register();
        pid = plan.register();
        pidfd = plan.register();
        scratch = plan.register();
        file = plan.register();
        poll = plan.words(POLLIN << (8 * POLLFD_EVENTS));
        now = plan.words(0, 0);
        text = plan.space(16, 8);
    }

    /** A {@link Status}'s number. */
    Register status() {
        return status;
    }

    /** Init's pid; 0 when it is not alive. */
    Register pid() {
        return pid;
    }

    /** Init's pidfd; negative when it is not alive. */
    Register pidfd() {
        return pidfd;
    }

    /**
     * @param directory what {@code gate} is a path beneath of
     */
    void ask(Container container, Arg directory, String gate) {
        script.group("status");
        script.set(status, Status.STOPPED.number(), "until it is known to be alive, it is stopped");
        script.set(pid, Arg.ZERO, "and has no process");
        script.set(pidfd, Arg.of(-1), "nor a descriptor of one");
        if (container.init().isEmpty()) {
            return;
        }
        Label done = script.label();
        alive(container.init().get(), done);
        script.set(status, Status.RUNNING.number(), "init lives");
        gate(directory, gate);
        container.cgroup("freezer").ifPresent(group -> frozen(group + "/freezer.state", 'F', done));
        // What the container's own group is asked to be: that one above it is frozen is no pause of the container's.
        container.unified().ifPresent(group -> frozen(group + "/cgroup.freeze", '1', done));
        script.place(done);
    }

    /** Goes to {@code dead} unless the process is the one that was recorded, and has not ended. */
    private void alive(InitRecord init, Label dead) {
        OnFailure gone = OnFailure.tolerate("then it has ended", Errno.ESRCH, Errno.EINVAL);
        Arg number = Arg.of(init.pid());
        script.get(pidfd, Calls.PIDFD_OPEN, gone, "open a descriptor of init", number, Arg.ZERO);
        script.jump(dead, pidfd, Compare.LESS, Arg.ZERO, "no process has its pid");
        // In this order: a process with the recorded start time that is there now was there when the descriptor was
        // made.
        OnFailure unseen = OnFailure.tolerate("then it has ended", Errno.ENOENT, Errno.ESRCH);
        script.startTime(scratch, number, unseen, "ask when that process was started");
        Label ended = script.label();
        Label lives = script.label();
        script.jump(ended, scratch, Compare.NOT_EQUAL, Arg.of(init.start()), "another process has its pid now");
        script.store(poll, 4, pidfd, "name the descriptor for poll");
        script.get(
                scratch,
                Calls.PPOLL,
                OnFailure.STOP,
                "ask whether init has ended",
                poll,
                Arg.of(1),
                now,
                Arg.ZERO,
                Arg.of(SIGNAL_SET));
        script.jump(lives, scratch, Compare.EQUAL, Arg.ZERO, "it has not");
        script.place(ended);
        close(pidfd);
        script.set(pidfd, Arg.of(-1), "it is nobody's descriptor");
        script.jump(dead, "it has ended");
        script.place(lives);
        script.set(pid, number, "it is alive");
    }

    /** Nobody but a container that waits for start has the gate open for reading: ENXIO (fifo(7)) is a start that was cut short. */
    private void gate(Arg directory, String gate) {
        script.get(
                file,
                Calls.OPENAT,
                OnFailure.tolerate("then it has been started", Errno.ENOENT, Errno.ENXIO),
                "look for somebody behind the gate",
                directory,
                plan.string(gate),
                Arg.of(Flags.O_WRONLY | Flags.O_NONBLOCK | Flags.O_CLOEXEC),
                Arg.ZERO);
        Label open = script.label();
        script.jump(open, file, Compare.LESS, Arg.ZERO, "nobody is");
        script.set(status, Status.CREATED.number(), "it waits for start");
        close(file);
        script.place(open);
    }

    private void frozen(String path, char frozen, Label done) {
        script.get(
                file,
                Calls.OPENAT,
                OnFailure.tolerate("then nobody can have frozen it", Errno.ENOENT, Errno.ENODEV),
                "open " + path,
                Arg.of(Flags.AT_FDCWD),
                plan.string(path),
                Arg.of(Flags.O_RDONLY | Flags.O_CLOEXEC),
                Arg.ZERO);
        script.jump(done, file, Compare.LESS, Arg.ZERO, "it has none");
        script.get(
                scratch,
                Calls.READ,
                OnFailure.tolerate("then the group is being removed", Errno.ENODEV),
                "read " + path,
                file,
                text,
                Arg.of(16));
        close(file);
        script.jump(done, scratch, Compare.LESS, Arg.of(1), "it says nothing");
        script.load(scratch, text, 1, "its first letter");
        script.jump(done, scratch, Compare.NOT_EQUAL, Arg.of(frozen), "it is not frozen");
        script.set(status, Status.PAUSED.number(), "it is frozen");
    }

    private void close(Register descriptor) {
        script.run(Calls.CLOSE, "close it", descriptor);
    }
}

package dev.estiba.runtime.command;

import dev.estiba.linux.number.Errno;
import dev.estiba.linux.number.Signal;
import dev.estiba.runtime.compile.Calls;
import dev.estiba.runtime.compile.Flags;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import java.util.Optional;

/** {@code kill}: a signal to init, through a descriptor that is known to be its own. */
final class KillCommand {
    private static final String NOT_RUNNING = "container not running";

    private KillCommand() {}

    static Answer answer(Container container, String signalText, boolean all) throws UsageException {
        int signal = signal(signalText);
        Existing in = new Existing(container);
        in.askStatus();
        boolean everybody =
                all || (signal == Flags.SIGKILL && !container.record().ownPids());
        if (!all) {
            in.refuse(Status.STOPPED, NOT_RUNNING);
        }
        if (!everybody || container.anyCgroup().isEmpty()) {
            signalInit(in, signal, all);
        } else {
            // An ordinary user's container may have stayed in its caller's group.
            Label none = in.outer.label();
            Label done = in.outer.label();
            Groups.signalAll(in, signal, none);
            in.outer.jump(done, "all in its group are signalled");
            in.outer.place(none);
            signalInit(in, signal, all);
            in.outer.place(done);
        }
        if (signal == Flags.SIGKILL) {
            Groups.thaw(in);
        }
        return in.done();
    }

    private static void signalInit(Existing in, int signal, boolean endedIsFine) {
        Label ended = in.outer.label();
        in.outer.group("signal");
        in.outer.jump(ended, in.status.pidfd(), Compare.LESS, Arg.ZERO, "it has ended");
        Register sent = in.outer.get(
                Calls.PIDFD_SEND_SIGNAL,
                OnFailure.tolerate("it has ended since it was asked for", Errno.ESRCH),
                "unable to signal init",
                in.status.pidfd(),
                Arg.of(signal),
                Arg.ZERO,
                Arg.ZERO);
        if (!endedIsFine) {
            in.outer.check(sent, -1, Compare.AT_LEAST, Arg.ZERO, Errno.ESRCH, NOT_RUNNING, true);
        }
        in.outer.place(ended);
    }

    /** A number is passed on as it is, 0 included, and the kernel says whether it is one. */
    static int signal(String text) throws UsageException {
        if (text.matches("[+-]?\\d{1,9}")) {
            return Integer.parseInt(text);
        }
        Optional<Signal> signal = Signal.parse(text);
        return signal.orElseThrow(() -> new UsageException("unknown signal \"" + text + "\""))
                .number();
    }
}

package dev.estiba.runtime.command;

import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.compile.Calls;
import dev.estiba.runtime.compile.Flags;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.PlanBuilder;
import dev.estiba.runtime.plan.Reserved;
import dev.estiba.runtime.plan.Script;

/** A plan about one existing container, and the steps that many of them share. Used once. */
final class Existing {
    final Container container;
    final PlanBuilder plan = new PlanBuilder();
    final Script outer = plan.actor(Actor.OUTER);
    final StatusSteps status = new StatusSteps(plan, outer);

    Existing(Container container) {
        this.container = container;
    }

    /**
     * One create, start or delete at a time: what each of them then finds is what the other has left (flock(2)). Who waited
     * for a create does not know the init that it has recorded meanwhile, and must not act as if there were none.
     */
    void lock() {
        outer.group("state").run(Calls.FLOCK, "lock the state directory", Reserved.STATE, Arg.of(Flags.LOCK_EX));
        if (container.init().isPresent() || container.hasInitFile()) {
            return;
        }
        refuseNew(plan, outer, container.id(), "init");
    }

    /** Fails when that file is there now, which was not there when the plan was asked for. */
    static void refuseNew(PlanBuilder plan, Script outer, String id, String file) {
        Register found = outer.get(
                Calls.FACCESSAT2,
                OnFailure.tolerate("nobody has made it", Errno.ENOENT),
                "look whether " + file + " was made meanwhile",
                Reserved.STATE,
                plan.string(file),
                Arg.ZERO,
                Arg.ZERO);
        outer.check(
                found,
                -1,
                Compare.LESS,
                Arg.ZERO,
                Errno.EAGAIN,
                "container " + id + " was just being made: say it again",
                true);
    }

    void askStatus() {
        status.ask(container, Reserved.STATE, StatusSteps.GATE);
    }

    /** Ends with a sentence when the container has that status. */
    void refuse(Status refused, String sentence) {
        Label other = outer.label();
        outer.jump(other, status.status(), Compare.NOT_EQUAL, refused.number(), "it is not " + refused.text());
        outer.fail(Errno.EINVAL, sentence);
        outer.place(other);
    }

    Answer done() {
        outer.exit(Arg.ZERO, "end");
        return Answer.of(plan.build());
    }
}

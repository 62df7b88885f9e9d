package dev.estiba.runtime.command;

import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.PlanBuilder;
import dev.estiba.runtime.plan.Script;
import java.nio.charset.StandardCharsets;

/** Plans that do nothing but say something. */
final class Messages {
    private Messages() {}

    /** Ends with {@code status} and the sentence in the caller's log, as any failed step does. */
    static Answer failure(String sentence, int status) {
        PlanBuilder plan = new PlanBuilder();
        plan.actor(Actor.OUTER).onFailure("", status).fail(Errno.EINVAL, sentence);
        return Answer.of(plan.build());
    }

    /** Prints to stdout. */
    static Answer print(String text) {
        PlanBuilder plan = new PlanBuilder();
        Script outer = plan.actor(Actor.OUTER);
        write(plan, outer, text);
        outer.exit(Arg.ZERO, "end");
        return Answer.of(plan.build());
    }

    static void write(PlanBuilder plan, Script script, String text) {
        if (text.isEmpty()) {
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        script.writeAll(Arg.of(1), plan.bytes(bytes, 1), Arg.of(bytes.length), OnFailure.STOP, "write to stdout");
    }
}

package dev.estiba.runtime.command;

import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.compile.Json;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.PlanBuilder;
import dev.estiba.runtime.plan.Reserved;
import dev.estiba.runtime.plan.Script;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Plans that do nothing but say something. */
final class Messages {
    private Messages() {}

    /** Ends with {@code status} and the sentence in the caller's log, as any failed step does. */
    static Answer failure(String sentence, int status) {
        PlanBuilder plan = new PlanBuilder();
        // Whoever goes on with this plan says it: a continuation may be the outer actor's, init's or a joiner's.
        for (Actor actor : new Actor[] {Actor.OUTER, Actor.INIT, Actor.JOINER}) {
            plan.actor(actor).onFailure("", status).fail(Errno.EINVAL, sentence);
        }
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

    /** A line of the level "warning" in the caller's log, which is stderr without --log: runc's two formats. */
    static void warn(PlanBuilder plan, Script script, boolean json, String text) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        StringBuilder line = new StringBuilder();
        if (json) {
            line.append("{\"level\":\"warning\",\"msg\":");
            Json.string(line, text);
            line.append(",\"time\":\"").append(now).append("\"}\n");
        } else {
            line.append("time=\"").append(now).append("\" level=warning msg=");
            Json.string(line, text);
            line.append('\n');
        }
        byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
        Register to = plan.register();
        Label logged = script.label();
        script.set(to, Reserved.LOG, "the log");
        script.jump(logged, to, Compare.AT_LEAST, Arg.ZERO, "there is one");
        script.set(to, Arg.of(2), "stderr");
        script.place(logged);
        script.writeAll(
                to,
                plan.bytes(bytes, 1),
                Arg.of(bytes.length),
                OnFailure.tolerate("a log that is full stops nobody"),
                "write to the log");
    }
}

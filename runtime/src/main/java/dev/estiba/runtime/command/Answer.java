package dev.estiba.runtime.command;

import dev.estiba.runtime.compile.ContainerCompiler;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Tag;
import java.util.Optional;

/** A plan, and what its executor may still have to ask for on the same connection. */
public record Answer(Plan plan, Optional<Continuation> next) {
    /** What comes of the bytes that the executor sends next. It has no effects either. */
    public interface Continuation {
        /** @throws UsageException when these bytes end the command with a sentence */
        Answer with(Request more) throws UsageException;
    }

    public static Answer of(Plan plan) {
        return new Answer(plan, Optional.empty());
    }

    static Answer of(ContainerCompiler.Compiled compiled) {
        return new Answer(
                compiled.plan(),
                compiled.rest()
                        .map(rest -> more ->
                                Answer.of(rest.with(more.bytes(Tag.PASSWD).orElse(new byte[0])))));
    }

    public static Answer of(Plan plan, Continuation next) {
        return new Answer(plan, Optional.of(next));
    }
}

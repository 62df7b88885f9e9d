package dev.estiba.runtime.command;

import dev.estiba.runtime.compile.ContainerCompiler;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Tag;
import java.util.Optional;

/**
 * A plan, and what its executor may still have to ask for on the same connection.
 *
 * @param repeatable whether what follows depends on nothing but the container's users, which mostly are the same again
 */
public record Answer(Plan plan, Optional<Continuation> next, boolean repeatable) {
    /** What comes of the bytes that the executor sends next. It has no effects either. */
    public interface Continuation {
        /** @throws UsageException when these bytes end the command with a sentence */
        Answer with(Request more) throws UsageException;
    }

    public static Answer of(Plan plan) {
        return new Answer(plan, Optional.empty(), true);
    }

    static Answer of(ContainerCompiler.Compiled compiled) {
        return new Answer(
                compiled.plan(),
                compiled.rest()
                        .map(rest -> more ->
                                Answer.of(rest.with(more.bytes(Tag.PASSWD).orElse(new byte[0])))),
                true);
    }

    public static Answer of(Plan plan, Continuation next) {
        return new Answer(plan, Optional.of(next), true);
    }

    /** One whose rest depends on what is no container's: it is compiled anew each time. */
    static Answer asking(Plan plan, Continuation next) {
        return new Answer(plan, Optional.of(next), false);
    }

    /** The same plan, followed by something else. */
    Answer followedBy(Continuation other) {
        return new Answer(plan, Optional.of(other), repeatable);
    }
}

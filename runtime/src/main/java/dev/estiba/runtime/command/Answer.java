package dev.estiba.runtime.command;

import dev.estiba.runtime.compile.ContainerCompiler;
import dev.estiba.runtime.plan.Plan;
import java.util.Optional;

/** A plan, and what its executor may still have to ask for on the same connection. */
public record Answer(Plan plan, Optional<ContainerCompiler.Rest> rest) {
    static Answer of(Plan plan) {
        return new Answer(plan, Optional.empty());
    }
}

package dev.estiba.runtime.command;

import dev.estiba.runtime.plan.Arg;
import java.util.Locale;

/** What a container is doing, in the order of the numbers that plans use. */
enum Status {
    STOPPED,
    CREATED,
    RUNNING,
    PAUSED;

    Arg number() {
        return Arg.of(ordinal());
    }

    /** As the runtime specification writes it (runtime.md, "State"; paused is runc's). */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}

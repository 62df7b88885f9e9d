package dev.estiba.runtime.plan;

import dev.estiba.linux.number.Errno;
import java.util.Set;

/** What happens when a step answers an error. An empty set of errors stands for any error. */
public sealed interface OnFailure {
    /** The actor stops, everything is undone, and the step's sentence is said. */
    record Stop() implements OnFailure {}

    /** The walk goes on; the result's register holds the negative errno. Never without a reason. */
    record Tolerate(Set<Errno> errors, String because) implements OnFailure {
        public Tolerate {
            errors = Set.copyOf(errors);
        }
    }

    /** Tries again, {@code tries} more times with {@code delayMillis} between; then stops or, if {@code tolerated}, goes on. */
    record Retry(Set<Errno> errors, int tries, int delayMillis, boolean tolerated, String because)
            implements OnFailure {
        public Retry {
            errors = Set.copyOf(errors);
            if (tries < 1 || tries > 255 || delayMillis < 0 || delayMillis > 65_535) {
                throw new IllegalArgumentException("a retry of " + tries + " times " + delayMillis + " ms");
            }
        }
    }

    Stop STOP = new Stop();

    static Tolerate tolerate(String because, Errno... errors) {
        return new Tolerate(Set.of(errors), because);
    }
}

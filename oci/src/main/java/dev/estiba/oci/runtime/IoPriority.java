package dev.estiba.oci.runtime;

import dev.estiba.oci.json.SpecName;
import java.util.Optional;

/**
 * I/O priority of the process: {@code process.ioPriority}, ioprio_set(2).
 *
 * @param ioClass {@code class} in the specification
 * @param priority level within the class, 0 the highest
 */
public record IoPriority(IoClass ioClass, int priority) {

    /** Classes of ioprio_set(2). */
    public enum IoClass implements SpecName {
        REALTIME("IOPRIO_CLASS_RT"),
        BEST_EFFORT("IOPRIO_CLASS_BE"),
        IDLE("IOPRIO_CLASS_IDLE");

        private final String specName;

        IoClass(String specName) {
            this.specName = specName;
        }

        @Override
        public String specName() {
            return specName;
        }

        /** The class that the specification calls by this name, upper and lower case told apart. */
        public static Optional<IoClass> named(String name) {
            return Copies.named(values(), name);
        }
    }
}

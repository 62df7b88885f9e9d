package dev.estiba.oci.runtime;

import dev.estiba.oci.json.SpecName;
import java.util.List;
import java.util.Optional;

/**
 * How the kernel schedules the process: {@code process.scheduler}, sched_setattr(2).
 *
 * @param policy scheduling policy
 * @param nice for SCHED_OTHER and SCHED_BATCH
 * @param priority static priority, for SCHED_FIFO and SCHED_RR
 * @param flags of sched_attr
 * @param runtime nanoseconds, unsigned, for SCHED_DEADLINE
 * @param deadline nanoseconds, unsigned, for SCHED_DEADLINE
 * @param period nanoseconds, unsigned, for SCHED_DEADLINE
 */
public record Scheduler(
        Policy policy, int nice, int priority, List<Flag> flags, long runtime, long deadline, long period) {
    public Scheduler {
        flags = List.copyOf(flags);
    }

    /** Scheduling policies of sched(7). */
    public enum Policy implements SpecName {
        OTHER("SCHED_OTHER"),
        FIFO("SCHED_FIFO"),
        RR("SCHED_RR"),
        BATCH("SCHED_BATCH"),
        ISO("SCHED_ISO"),
        IDLE("SCHED_IDLE"),
        DEADLINE("SCHED_DEADLINE");

        private final String specName;

        Policy(String specName) {
            this.specName = specName;
        }

        @Override
        public String specName() {
            return specName;
        }

        /** The policy that the specification calls by this name, upper and lower case told apart. */
        public static Optional<Policy> named(String name) {
            return Copies.named(values(), name);
        }
    }

    /** Flags of sched_setattr(2). */
    public enum Flag implements SpecName {
        RESET_ON_FORK("SCHED_FLAG_RESET_ON_FORK"),
        RECLAIM("SCHED_FLAG_RECLAIM"),
        DL_OVERRUN("SCHED_FLAG_DL_OVERRUN"),
        KEEP_POLICY("SCHED_FLAG_KEEP_POLICY"),
        KEEP_PARAMS("SCHED_FLAG_KEEP_PARAMS"),
        UTIL_CLAMP_MIN("SCHED_FLAG_UTIL_CLAMP_MIN"),
        UTIL_CLAMP_MAX("SCHED_FLAG_UTIL_CLAMP_MAX");

        private final String specName;

        Flag(String specName) {
            this.specName = specName;
        }

        @Override
        public String specName() {
            return specName;
        }

        /** The flag that the specification calls by this name, upper and lower case told apart. */
        public static Optional<Flag> named(String name) {
            return Copies.named(values(), name);
        }
    }
}

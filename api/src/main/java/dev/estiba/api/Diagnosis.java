package dev.estiba.api;

import java.util.List;
import java.util.Optional;

/**
 * Why a container is as it is: what is known of its last run, or of the one that goes on. Not in Docker's API.
 *
 * @param verdict sentences for a person, the most important one first
 * @param state as inspect tells it, with its health
 * @param meaning of the exit code; empty of one that has not ended
 * @param signal that has ended its first process: {@code SIGKILL}; empty when none has
 * @param asked who has asked for its end in this run, the first one first
 * @param memory what is known of its memory; empty when nothing is
 * @param lostLogLines how many lines could not be written to its log
 * @param log the last lines, each with its time
 */
public record Diagnosis(
        String id,
        String name,
        String image,
        List<String> verdict,
        ContainerState state,
        String meaning,
        String signal,
        List<Asked> asked,
        Optional<Memory> memory,
        Optional<Processors> processors,
        Optional<Processes> processes,
        Restarts restarts,
        long lostLogLines,
        List<String> log) {
    public Diagnosis {
        verdict = List.copyOf(verdict);
        asked = List.copyOf(asked);
        log = List.copyOf(log);
    }

    /**
     * @param time RFC 3339
     * @param what {@code signal 15 (SIGTERM)}, {@code stop}, {@code health check}
     */
    public record Asked(String time, String what) {}

    /**
     * @param limit in bytes; 0: none
     * @param peak the most it has had, in bytes; 0: nobody knows
     * @param kills how many of its processes the kernel has killed for want of memory
     * @param victims whom: {@code NAME (pid N)}, as far as the kernel's log still knows
     */
    public record Memory(long limit, long peak, long kills, List<String> victims) {
        public Memory {
            victims = List.copyOf(victims);
        }
    }

    /**
     * @param limit in thousandths of a processor; 0: none
     * @param periods in which it ran, and of these those in which its limit stopped it
     * @param stopped for how long altogether, in nanoseconds
     */
    public record Processors(long limit, long periods, long stoppedPeriods, long stopped) {}

    /**
     * @param limit 0: none
     * @param refused how often it wanted one more
     */
    public record Processes(long limit, long refused) {}

    /**
     * @param policy as {@code --restart} has it
     * @param count how often that has started it again since somebody has started it
     * @param ends earlier runs' ends, as far as events know of them, the oldest first: time and exit code
     */
    public record Restarts(String policy, int count, List<End> ends) {
        public Restarts {
            ends = List.copyOf(ends);
        }
    }

    public record End(String time, int exitCode) {}
}

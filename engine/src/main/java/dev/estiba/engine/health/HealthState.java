package dev.estiba.engine.health;

import dev.estiba.api.Health;
import dev.estiba.api.HealthcheckResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a container's health, and which process is being waited for to learn more.
 *
 * @param health as the API tells it, the oldest answer first
 */
public record HealthState(Health health, Optional<Asked> asked) {
    public static final String STARTING = "starting";
    public static final String HEALTHY = "healthy";
    public static final String UNHEALTHY = "unhealthy";

    /** Of containers that nobody asks. */
    public static final String NONE = "none";

    private static final int KEPT = 5;

    /**
     * The process that is to answer: whoever comes after the one who waits for it, ends it.
     *
     * @param pid in the host's numbers
     * @param start in clock ticks since boot
     */
    public record Asked(int pid, long start) {}

    /** Of a run that begins; the answers of the run before are kept, as dockerd does. */
    public static HealthState begun(Optional<HealthState> before) {
        List<HealthcheckResult> log = before.map(state -> state.health().log()).orElse(List.of());
        return new HealthState(new Health(STARTING, 0, log), Optional.empty());
    }

    boolean isStarting() {
        return health.status().equals(STARTING);
    }

    public boolean isUnhealthy() {
        return health.status().equals(UNHEALTHY);
    }

    public HealthState asking(Asked process) {
        return new HealthState(health, Optional.of(process));
    }

    /** Nobody waits for an answer any more. */
    public HealthState idle() {
        return new HealthState(health, Optional.empty());
    }

    /** With one more answer: handleProbeResult of moby, daemon/health.go. */
    public HealthState after(HealthcheckResult result, HealthSettings settings, Duration sinceStart) {
        List<HealthcheckResult> log = new ArrayList<>(health.log());
        log.add(result);
        List<HealthcheckResult> newest = log.subList(Math.max(0, log.size() - KEPT), log.size());
        if (result.exitCode() == 0) {
            return new HealthState(new Health(HEALTHY, 0, newest), Optional.empty());
        }
        if (isStarting() && settings.isStartPeriod(sinceStart)) {
            return new HealthState(new Health(STARTING, health.failingStreak(), newest), Optional.empty());
        }
        int streak = health.failingStreak() + 1;
        String status = streak >= settings.retries() ? UNHEALTHY : health.status();
        return new HealthState(new Health(status, streak, newest), Optional.empty());
    }
}

package dev.estiba.engine.health;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.HealthConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a container is asked how it is, with dockerd's values where nothing is said (moby, daemon/health.go).
 *
 * @param command the program and its arguments, as they are executed in the container
 * @param interval from one answer to the next question
 * @param timeout what takes longer is ended, and a failure
 * @param startPeriod in which failures are not counted as long as there was no success
 * @param startInterval the interval as long as that is so
 * @param retries failures in a row that make it unhealthy
 */
public record HealthSettings(
        List<String> command,
        Duration interval,
        Duration timeout,
        Duration startPeriod,
        Duration startInterval,
        int retries) {
    private static final Duration USUAL = Duration.ofSeconds(30);
    private static final Duration USUAL_AT_START = Duration.ofSeconds(5);
    private static final int USUAL_RETRIES = 3;
    private static final long LEAST = 1_000_000;

    public HealthSettings {
        command = List.copyOf(command);
    }

    /** Empty when there is no question: none is set, it is NONE, or one that nobody knows. */
    public static Optional<HealthSettings> of(ContainerConfig config) {
        return config.healthcheck().flatMap(check -> of(config, check));
    }

    private static Optional<HealthSettings> of(ContainerConfig config, HealthConfig check) {
        if (check.test().size() < 2) {
            return Optional.empty();
        }
        List<String> command = new ArrayList<>();
        switch (check.test().getFirst()) {
            case "CMD" -> {}
            case "CMD-SHELL" -> command.addAll(config.shell().isEmpty() ? List.of("/bin/sh", "-c") : config.shell());
            default -> {
                return Optional.empty();
            }
        }
        command.addAll(check.test().subList(1, check.test().size()));
        return Optional.of(new HealthSettings(
                command,
                or(check.interval(), USUAL),
                or(check.timeout(), USUAL),
                Duration.ofNanos(check.startPeriod()),
                or(check.startInterval(), USUAL_AT_START),
                check.retries() > 0 ? check.retries() : USUAL_RETRIES));
    }

    private static Duration or(long nanos, Duration usual) {
        return nanos == 0 ? usual : Duration.ofNanos(nanos);
    }

    /** @throws ApiException 400 in dockerd's words */
    public static void check(HealthConfig config) throws ApiException {
        check("Interval", config.interval());
        check("Timeout", config.timeout());
        if (config.retries() < 0) {
            throw ApiException.badRequest("Retries in Healthcheck cannot be negative");
        }
        check("StartPeriod", config.startPeriod());
        check("StartInterval", config.startInterval());
    }

    private static void check(String name, long nanos) throws ApiException {
        if (nanos != 0 && nanos < LEAST) {
            throw ApiException.badRequest(name + " in Healthcheck cannot be less than 1ms");
        }
    }

    /** What the request leaves open the image says. */
    public static HealthConfig merge(HealthConfig own, HealthConfig image) {
        return new HealthConfig(
                own.test().isEmpty() ? image.test() : own.test(),
                own.interval() == 0 ? image.interval() : own.interval(),
                own.timeout() == 0 ? image.timeout() : own.timeout(),
                own.startPeriod() == 0 ? image.startPeriod() : own.startPeriod(),
                own.startInterval() == 0 ? image.startInterval() : own.startInterval(),
                own.retries() == 0 ? image.retries() : own.retries());
    }

    /** How long to wait until the next question. */
    public Duration pause(Duration sinceStart, HealthState state) {
        return state.isStarting() && isStartPeriod(sinceStart) ? startInterval : interval;
    }

    boolean isStartPeriod(Duration sinceStart) {
        return sinceStart.compareTo(startPeriod) < 0;
    }
}

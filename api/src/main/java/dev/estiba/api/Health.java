package dev.estiba.api;

import java.util.List;

/**
 * What is known of a container's health.
 *
 * @param status {@code starting}, {@code healthy}, {@code unhealthy}
 */
public record Health(String status, int failingStreak, List<HealthcheckResult> log) {
    public Health {
        log = List.copyOf(log);
    }
}

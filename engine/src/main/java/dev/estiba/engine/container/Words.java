package dev.estiba.engine.container;

import dev.estiba.engine.health.HealthState;
import dev.estiba.engine.store.Life;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;

/** Docker's words for a container's status: {@code Up 3 minutes (Paused)}, {@code Exited (1) 2 hours ago}. */
final class Words {
    private Words() {}

    /** @param health of one that runs; {@code none}: nobody asks it */
    static String status(Status status, Life life, Instant now, String health) {
        return switch (status) {
            case Status.Created() -> "Created";
            case Status.Running(int pid, boolean paused) ->
                "Up " + since(life.started(), now) + (paused ? " (Paused)" : health(health));
            case Status.Ended(int code, String finished, boolean outOfMemory) ->
                "Exited (" + code + ") " + since(finished, now) + " ago";
            case Status.Restarting(Status.Ended last) ->
                "Restarting (" + last.code() + ") " + since(last.finished(), now) + " ago";
            case Status.Lost(boolean withTheBoot) -> "Exited (" + (withTheBoot ? 255 : 137) + ")";
        };
    }

    private static String health(String health) {
        return switch (health) {
            case HealthState.NONE -> "";
            case HealthState.STARTING -> " (health: starting)";
            default -> " (" + health + ")";
        };
    }

    /** As Go writes a duration: {@code 1m30s}, {@code 1.5s}, {@code 100ms}. */
    static String go(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos == 0) {
            return "0s";
        }
        if (nanos < 1_000) {
            return nanos + "ns";
        }
        if (nanos < 1_000_000) {
            return decimal(nanos, 3) + "µs";
        }
        if (nanos < 1_000_000_000) {
            return decimal(nanos, 6) + "ms";
        }
        long minutes = duration.toMinutes();
        String seconds = decimal(duration.minusMinutes(minutes).toNanos(), 9) + "s";
        if (minutes == 0) {
            return seconds;
        }
        return minutes < 60 ? minutes + "m" + seconds : minutes / 60 + "h" + minutes % 60 + "m" + seconds;
    }

    private static String decimal(long number, int places) {
        return BigDecimal.valueOf(number, places).stripTrailingZeros().toPlainString();
    }

    private static String since(String time, Instant now) {
        return time.isEmpty() ? "Less than a second" : duration(Duration.between(Instant.parse(time), now));
    }

    /** As Docker rounds: one unit, whole numbers. */
    static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 1) {
            return "Less than a second";
        }
        if (seconds == 1) {
            return "1 second";
        }
        if (seconds < 60) {
            return seconds + " seconds";
        }
        long minutes = duration.toMinutes();
        if (minutes == 1) {
            return "About a minute";
        }
        if (minutes < 60) {
            return minutes + " minutes";
        }
        long hours = (minutes + 30) / 60;
        if (hours == 1) {
            return "About an hour";
        }
        if (hours < 48) {
            return hours + " hours";
        }
        if (hours < 24 * 7 * 2) {
            return hours / 24 + " days";
        }
        if (hours < 24 * 30 * 2) {
            return hours / 24 / 7 + " weeks";
        }
        return hours < 24 * 365 * 2 ? hours / 24 / 30 + " months" : hours / 24 / 365 + " years";
    }
}

package dev.estiba.engine.container;

import dev.estiba.engine.store.Life;
import java.time.Duration;
import java.time.Instant;

/** Docker's words for a container's status: {@code Up 3 minutes (Paused)}, {@code Exited (1) 2 hours ago}. */
final class Words {
    private Words() {}

    static String status(Status status, Life life, Instant now) {
        return switch (status) {
            case Status.Created() -> "Created";
            case Status.Running(int pid, boolean paused) ->
                "Up " + since(life.started(), now) + (paused ? " (Paused)" : "");
            case Status.Ended(int code, String finished, boolean outOfMemory) ->
                "Exited (" + code + ") " + since(finished, now) + " ago";
            case Status.Restarting(Status.Ended last) ->
                "Restarting (" + last.code() + ") " + since(last.finished(), now) + " ago";
            case Status.Lost(boolean withTheBoot) -> "Exited (" + (withTheBoot ? 255 : 137) + ")";
        };
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

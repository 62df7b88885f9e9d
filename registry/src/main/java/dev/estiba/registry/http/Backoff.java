package dev.estiba.registry.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** How long to wait before another try. */
final class Backoff {
    private static final long FIRST_MILLIS = 200;
    private static final int MOST_DOUBLINGS = 5;
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    private Backoff() {}

    /** Twice as long each time, and by chance up to twice that, so that many clients do not come back together. */
    static Duration before(int attempt) {
        long least = FIRST_MILLIS << Math.min(attempt - 1, MOST_DOUBLINGS);
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(least, 2 * least));
    }

    /** What the server asks for, when it does; empty when that is longer than anybody waits. */
    static Optional<Duration> before(int attempt, Answer answer, Patience patience) {
        Duration usual = before(attempt);
        Optional<String> asked = answer.header("Retry-After").map(String::strip);
        if (asked.isEmpty()) {
            return Optional.of(usual);
        }
        Duration wait = parse(asked.get(), usual);
        return wait.compareTo(patience.longestWait()) > 0
                ? Optional.empty()
                : Optional.of(wait.compareTo(usual) < 0 ? usual : wait);
    }

    /** Seconds or a date (RFC 9110, section 10.2.3); what is neither says nothing. */
    private static Duration parse(String asked, Duration usual) {
        if (SECONDS.matcher(asked).matches()) {
            return Duration.ofSeconds(Long.parseLong(asked));
        }
        if (asked.chars().allMatch(Character::isDigit)) {
            return Duration.ofDays(36_500);
        }
        try {
            Instant when = ZonedDateTime.parse(asked, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Duration.between(Instant.now(), when);
        } catch (DateTimeException e) {
            return usual;
        }
    }
}

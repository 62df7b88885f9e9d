package dev.estiba.runtime.record;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Times as records, logs and the API have them: RFC 3339 in UTC with all nine digits, so that every one is as long as every
 * other.
 */
public final class Timestamps {
    /** Of every one, in bytes. */
    public static final int LENGTH = 30;

    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Timestamps() {}

    public static String of(Instant time) {
        return FORMAT.format(time);
    }

    public static String now() {
        return of(Instant.now());
    }
}

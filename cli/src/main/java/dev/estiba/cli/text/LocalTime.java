package dev.estiba.cli.text;

import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.Numbers;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write and read them, in the zone of the caller's {@code TZ}, or UTC. */
public final class LocalTime {
    private static final Pattern SECONDS = Pattern.compile("(\\d{1,18})(?:\\.(\\d{1,9}))?");
    private static final DateTimeFormatter RFC3339 =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX", Locale.ROOT);
    private static final DateTimeFormatter LONG = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss Z zzz", Locale.ROOT);

    private final ZoneId zone;

    public LocalTime(Map<String, String> environment) {
        zone = zone(environment.getOrDefault("TZ", ""));
    }

    private static ZoneId zone(String name) {
        try {
            return name.isEmpty() ? ZoneOffset.UTC : ZoneId.of(name.startsWith(":") ? name.substring(1) : name);
        } catch (DateTimeException unknown) {
            return ZoneOffset.UTC;
        }
    }

    /** 2026-11-26 10:00:00 +0000 UTC. */
    public String print(Instant time) {
        return LONG.format(time.atZone(zone.equals(ZoneOffset.UTC) ? ZoneId.of("UTC") : zone));
    }

    /** RFC 3339 in whole seconds: 2026-11-26T10:00:00Z. */
    public String machine(Instant time) {
        return RFC3339.format(time.atZone(zone));
    }

    /** A time of the past: a duration before {@code now}, seconds since 1970, or a date with or without a time. */
    public Instant read(String text, Instant now) throws BadValue {
        try {
            return now.minusNanos(Long.parseLong(Numbers.duration(text)));
        } catch (BadValue noDuration) {
            // Then it is a time.
        }
        Matcher seconds = SECONDS.matcher(text);
        if (seconds.matches()) {
            String fraction = seconds.group(2) == null ? "" : seconds.group(2);
            long nanos = Long.parseLong((fraction + "000000000").substring(0, 9));
            return Instant.ofEpochSecond(Long.parseLong(seconds.group(1)), nanos);
        }
        try {
            if (text.indexOf('T') < 0) {
                return LocalDate.parse(text).atStartOfDay(zone).toInstant();
            }
            boolean hasZone = text.matches(".*T.*(Z|[+-]\\d\\d:\\d\\d)");
            return hasZone
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDateTime.parse(text).atZone(zone).toInstant();
        } catch (DateTimeException e) {
            throw new BadValue("invalid value for a time: " + text
                    + ": it must be a duration (10m), seconds since 1970, or a date (2026-11-26T10:00:00)");
        }
    }
}

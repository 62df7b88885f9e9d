package dev.estiba.cli.template;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times and durations, which print themselves. */
final class GoTimes {
    private static final String DURATION = "time.Duration";
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter ZONE = DateTimeFormatter.ofPattern("xx", Locale.ROOT);

    private GoTimes() {}

    static boolean hasText(GoType.Basic type) {
        return type.kind() == GoType.Kind.TIME || type.name().equals(DURATION);
    }

    static String text(GoValue value) {
        return value.data() instanceof Long nanos ? duration(nanos) : time(value.text());
    }

    /** time.Time's String. */
    private static String time(String text) {
        try {
            OffsetDateTime time = OffsetDateTime.parse(text);
            String fraction = time.getNano() == 0
                    ? ""
                    : "." + String.format(Locale.ROOT, "%09d", time.getNano()).replaceAll("0+$", "");
            boolean isUtc = time.getOffset().equals(ZoneOffset.UTC);
            String zone = ZONE.format(time);
            return SECONDS.format(time) + fraction + " " + zone + " " + (isUtc ? "UTC" : zone);
        } catch (DateTimeException e) {
            return text;
        }
    }

    /** time.Duration's String: 1h2m3.5s, 1.5ms, 0s. */
    private static String duration(long nanos) {
        if (nanos == 0) {
            return "0s";
        }
        String sign = nanos < 0 ? "-" : "";
        BigDecimal all = BigDecimal.valueOf(nanos).abs();
        if (all.longValue() < 1_000_000_000L) {
            int places = all.longValue() < 1_000 ? 0 : all.longValue() < 1_000_000 ? 3 : 6;
            String unit = places == 0 ? "ns" : places == 3 ? "µs" : "ms";
            return sign + plain(all.movePointLeft(places)) + unit;
        }
        long seconds = all.longValue() / 1_000_000_000L;
        BigDecimal rest = all.movePointLeft(9).subtract(BigDecimal.valueOf(seconds / 60 * 60));
        long hours = seconds / 3600;
        String minutes = seconds >= 60 ? seconds / 60 % 60 + "m" : "";
        return sign + (hours > 0 ? hours + "h" : "") + minutes + plain(rest) + "s";
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }
}

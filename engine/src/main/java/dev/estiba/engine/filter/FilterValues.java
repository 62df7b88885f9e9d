package dev.estiba.engine.filter;

import dev.estiba.api.ApiException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What the values of filters mean that networks and volumes both have; each throws 400 for what it cannot mean. */
public final class FilterValues {
    private static final Pattern PART_OF_DURATION = Pattern.compile("([0-9]+)([hms])");

    private FilterValues() {}

    /** Whether a regular expression finds something in a name. */
    public static boolean found(String pattern, String text) throws ApiException {
        try {
            return Pattern.compile(pattern).matcher(text).find();
        } catch (PatternSyntaxException e) {
            throw ApiException.badRequest("invalid filter 'name=[" + pattern + "]'");
        }
    }

    /** {@code KEY} or {@code KEY=VALUE}. */
    public static boolean label(String wanted, Map<String, String> labels) {
        int equals = wanted.indexOf('=');
        return equals < 0
                ? labels.containsKey(wanted)
                : wanted.substring(equals + 1).equals(labels.get(wanted.substring(0, equals)));
    }

    /** @param name the filter's, for the message */
    public static boolean truth(String name, String value) throws ApiException {
        return switch (value) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw ApiException.badRequest("invalid filter '" + name + "=[" + value + "]'");
        };
    }

    /** A moment, seconds since 1970, or how long ago: {@code 1h30m}. */
    public static Instant until(String value) throws ApiException {
        try {
            if (value.matches("[0-9]{1,12}(\\.[0-9]{1,9})?")) {
                return Instant.ofEpochSecond(Long.parseLong(value.replaceFirst("\\..*", "")));
            }
            if (value.matches("([0-9]{1,9}[hms])+")) {
                Duration ago = PART_OF_DURATION
                        .matcher(value)
                        .results()
                        .map(part -> Duration.parse(
                                "PT" + part.group(1) + part.group(2).toUpperCase(Locale.ROOT)))
                        .reduce(Duration.ZERO, Duration::plus);
                return Instant.now().minus(ago);
            }
            return Instant.parse(value);
        } catch (DateTimeException e) {
            throw ApiException.badRequest("invalid filter 'until=[" + value + "]'");
        }
    }
}

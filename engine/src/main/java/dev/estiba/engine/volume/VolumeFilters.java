package dev.estiba.engine.volume;

import dev.estiba.api.ApiException;
import dev.estiba.api.Volume;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** {@code --filter} of volumes: of one name any value will do (of labels all have to), of several names all have to match. */
record VolumeFilters(Map<String, List<String>> wanted) {
    private static final Set<String> OF_LISTS = Set.of("dangling", "driver", "label", "label!", "name");
    /** until is ours: Docker has it for all but volumes. */
    private static final Set<String> OF_PRUNING = Set.of("all", "label", "label!", "until");

    private static final Set<String> TRUTHS = Set.of("true", "1", "false", "0");
    private static final Pattern PART_OF_DURATION = Pattern.compile("([0-9]+)(h|m|s)");

    static VolumeFilters ofList(Map<String, List<String>> wanted) throws ApiException {
        return of(wanted, OF_LISTS);
    }

    static VolumeFilters ofPruning(Map<String, List<String>> wanted) throws ApiException {
        VolumeFilters filters = of(wanted, OF_PRUNING);
        for (String value : wanted.getOrDefault("all", List.of())) {
            if (!TRUTHS.contains(value)) {
                throw ApiException.badRequest(
                        "invalid filter 'all': strconv.ParseBool: parsing \"" + value + "\": invalid syntax");
            }
        }
        return filters;
    }

    private static VolumeFilters of(Map<String, List<String>> wanted, Set<String> known) throws ApiException {
        for (String name : wanted.keySet()) {
            if (!known.contains(name)) {
                throw ApiException.badRequest("invalid filter '" + name + "'");
            }
        }
        return new VolumeFilters(wanted);
    }

    /** Empty values are false. */
    boolean flag(String name) throws ApiException {
        boolean is = false;
        for (String value : wanted.getOrDefault(name, List.of())) {
            is |= truth(name, value);
        }
        return is;
    }

    private static boolean truth(String name, String value) throws ApiException {
        return switch (value) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw ApiException.badRequest("invalid filter '" + name + "=[" + value + "]'");
        };
    }

    /** @param isUsed whether a container wants it */
    boolean match(Volume volume, boolean isUsed) throws ApiException {
        for (Map.Entry<String, List<String>> filter : wanted.entrySet()) {
            boolean all = filter.getKey().startsWith("label") || filter.getKey().equals("until");
            boolean matches = all;
            for (String value : filter.getValue()) {
                boolean is = matches(filter.getKey(), value, volume, isUsed);
                matches = all ? matches && is : matches || is;
            }
            if (!matches) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(String filter, String value, Volume volume, boolean isUsed) throws ApiException {
        return switch (filter) {
            case "name" -> found(value, volume.name());
            case "driver" -> volume.driver().equals(value);
            case "label" -> label(value, volume.labels());
            case "label!" -> !label(value, volume.labels());
            case "dangling" -> truth(filter, value) != isUsed;
            case "until" -> OffsetDateTime.parse(volume.createdAt()).toInstant().isBefore(until(value));
            case "all" -> truth(filter, value) || volume.labels().containsKey(VolumeNames.ANONYMOUS);
            default -> throw new IllegalStateException(filter);
        };
    }

    private static boolean found(String pattern, String text) throws ApiException {
        try {
            return Pattern.compile(pattern).matcher(text).find();
        } catch (PatternSyntaxException e) {
            throw ApiException.badRequest("invalid filter 'name=[" + pattern + "]'");
        }
    }

    private static boolean label(String wanted, Map<String, String> labels) {
        int equals = wanted.indexOf('=');
        return equals < 0
                ? labels.containsKey(wanted)
                : wanted.substring(equals + 1).equals(labels.get(wanted.substring(0, equals)));
    }

    /** A moment, seconds since 1970, or how long ago: {@code 1h30m}. */
    private static Instant until(String value) throws ApiException {
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

package dev.estiba.engine.network;

import dev.estiba.api.ApiException;
import dev.estiba.api.NetworkInspect;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** {@code --filter} of lists of networks: of one name any value will do, of several names all have to match. */
record NetworkFilters(Map<String, List<String>> wanted) {
    private static final Set<String> OF_LISTS = Set.of("dangling", "driver", "id", "label", "name", "scope", "type");
    private static final Set<String> OF_PRUNING = Set.of("label", "label!", "until");
    private static final Pattern PART_OF_DURATION = Pattern.compile("([0-9]+)(h|m|s)");

    static NetworkFilters ofList(Map<String, List<String>> wanted) throws ApiException {
        return of(wanted, OF_LISTS);
    }

    static NetworkFilters ofPruning(Map<String, List<String>> wanted) throws ApiException {
        return of(wanted, OF_PRUNING);
    }

    private static NetworkFilters of(Map<String, List<String>> wanted, Set<String> known) throws ApiException {
        for (String name : wanted.keySet()) {
            if (!known.contains(name)) {
                throw ApiException.badRequest("invalid filter '" + name + "'");
            }
        }
        return new NetworkFilters(wanted);
    }

    /** @param isUsed whether a container is in it */
    boolean match(NetworkInspect network, boolean isUsed) throws ApiException {
        for (Map.Entry<String, List<String>> filter : wanted.entrySet()) {
            // Of this one all must be true: none of the labels.
            boolean all = filter.getKey().equals("label!");
            boolean any = false;
            for (String value : filter.getValue()) {
                boolean matches = matches(filter.getKey(), value, network, isUsed);
                any |= matches;
                all &= matches;
            }
            if (!any && !all) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(String filter, String value, NetworkInspect network, boolean isUsed)
            throws ApiException {
        return switch (filter) {
            case "id" -> network.id().startsWith(value);
            case "name" -> found(value, network.name());
            case "driver" -> network.driver().equals(value);
            case "scope" -> network.scope().equals(value);
            case "label" -> label(value, network.labels());
            case "label!" -> !label(value, network.labels());
            case "type" -> type(value) == Catalogue.isPredefined(network.name());
            case "dangling" -> flag(value) != isUsed && !Catalogue.isPredefined(network.name());
            case "until" -> Instant.parse(network.created()).isBefore(until(value));
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

    private static boolean type(String value) throws ApiException {
        return switch (value) {
            case "builtin" -> true;
            case "custom" -> false;
            default -> throw ApiException.badRequest("invalid filter: 'type'='" + value + "'");
        };
    }

    private static boolean flag(String value) throws ApiException {
        return switch (value) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw ApiException.badRequest("invalid filter 'dangling=[" + value + "]'");
        };
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

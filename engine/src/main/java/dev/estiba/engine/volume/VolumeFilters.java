package dev.estiba.engine.volume;

import dev.estiba.api.ApiException;
import dev.estiba.api.Volume;
import dev.estiba.engine.filter.FilterValues;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code --filter} of volumes: of one name any value will do (of labels all have to), of several names all have to match. */
record VolumeFilters(Map<String, List<String>> wanted) {
    private static final Set<String> OF_LISTS = Set.of("dangling", "driver", "label", "label!", "name");
    /** until is ours: Docker has it for all but volumes. */
    private static final Set<String> OF_PRUNING = Set.of("all", "label", "label!", "until");

    private static final Set<String> TRUTHS = Set.of("true", "1", "false", "0");

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
            is |= FilterValues.truth(name, value);
        }
        return is;
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
            case "name" -> FilterValues.found(value, volume.name());
            case "driver" -> volume.driver().equals(value);
            case "label" -> FilterValues.label(value, volume.labels());
            case "label!" -> !FilterValues.label(value, volume.labels());
            case "dangling" -> FilterValues.truth(filter, value) != isUsed;
            case "until" -> OffsetDateTime.parse(volume.createdAt()).toInstant().isBefore(FilterValues.until(value));
            case "all" -> FilterValues.truth(filter, value) || volume.labels().containsKey(VolumeNames.ANONYMOUS);
            default -> throw new IllegalStateException(filter);
        };
    }
}

package dev.estiba.engine.network;

import dev.estiba.api.ApiException;
import dev.estiba.api.NetworkInspect;
import dev.estiba.engine.filter.FilterValues;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code --filter} of lists of networks: of one name any value will do, of several names all have to match. */
record NetworkFilters(Map<String, List<String>> wanted) {
    private static final Set<String> OF_LISTS = Set.of("dangling", "driver", "id", "label", "name", "scope", "type");
    private static final Set<String> OF_PRUNING = Set.of("label", "label!", "until");

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
            case "name" -> FilterValues.found(value, network.name());
            case "driver" -> network.driver().equals(value);
            case "scope" -> network.scope().equals(value);
            case "label" -> FilterValues.label(value, network.labels());
            case "label!" -> !FilterValues.label(value, network.labels());
            case "type" -> type(value) == Catalogue.isPredefined(network.name());
            case "dangling" ->
                FilterValues.truth("dangling", value) != isUsed && !Catalogue.isPredefined(network.name());
            case "until" -> Instant.parse(network.created()).isBefore(FilterValues.until(value));
            default -> throw new IllegalStateException(filter);
        };
    }

    private static boolean type(String value) throws ApiException {
        return switch (value) {
            case "builtin" -> true;
            case "custom" -> false;
            default -> throw ApiException.badRequest("invalid filter: 'type'='" + value + "'");
        };
    }
}

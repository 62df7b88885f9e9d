package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.MountPoint;
import dev.estiba.engine.store.ContainerRecord;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** {@code --filter} of lists: of one name any value will do, of several names all have to match. */
record Filters(Map<String, List<String>> wanted) {
    private static final Set<String> KNOWN =
            Set.of("id", "name", "label", "status", "exited", "ancestor", "network", "volume", "is-task", "health");

    private static final Set<String> NOT_YET = Set.of("before", "since", "publish", "expose", "isolation");

    static Filters of(Map<String, List<String>> wanted) throws ApiException {
        for (String name : wanted.keySet()) {
            if (NOT_YET.contains(name)) {
                throw ApiException.notImplemented("the filter " + name + " is not built yet");
            }
            if (!KNOWN.contains(name)) {
                throw ApiException.badRequest("invalid filter '" + name + "'");
            }
        }
        for (String status : wanted.getOrDefault("status", List.of())) {
            if (!Set.of("created", "running", "paused", "restarting", "removing", "exited", "dead")
                    .contains(status)) {
                throw ApiException.badRequest("invalid filter 'status=[" + status + "]'");
            }
        }
        for (String health : wanted.getOrDefault("health", List.of())) {
            if (!Set.of("none", "starting", "healthy", "unhealthy").contains(health)) {
                throw ApiException.badRequest("invalid filter 'health=" + health + "': invalid value for health ("
                        + health + "): must be one of none, starting, healthy, unhealthy");
            }
        }
        return new Filters(wanted);
    }

    boolean names(String filter) {
        return wanted.containsKey(filter);
    }

    /** @param health {@code none} of who is not asked */
    boolean match(ContainerRecord record, Status status, String health, List<MountPoint> mounts) throws ApiException {
        for (Map.Entry<String, List<String>> filter : wanted.entrySet()) {
            boolean any = false;
            for (String value : filter.getValue()) {
                any |= filter.getKey().equals("volume")
                        ? isMounted(value, mounts)
                        : matches(filter.getKey(), value, record, status, health);
            }
            if (!any) {
                return false;
            }
        }
        return true;
    }

    /** A volume's name, or a place in the container. */
    private static boolean isMounted(String value, List<MountPoint> mounts) {
        return mounts.stream()
                .anyMatch(each -> each.destination().equals(value)
                        || !value.isEmpty() && each.name().equals(value));
    }

    private static boolean matches(String filter, String value, ContainerRecord record, Status status, String health)
            throws ApiException {
        return switch (filter) {
            case "id" -> record.id().startsWith(value);
            case "name" -> found(value, "/" + record.name()) || found(value, record.name());
            case "label" -> label(value, record.request().config().labels());
            case "status" -> status.word().equals(value);
            case "health" -> health.equals(value);
            case "exited" ->
                status instanceof Status.Ended ended
                        && Integer.toString(ended.code()).equals(value);
            case "ancestor" ->
                record.request().config().image().equals(value)
                        || record.imageId().equals(value);
            case "network" -> record.request().hostConfig().networkMode().equals(value);
            default -> !value.equals("true") && !value.equals("1");
        };
    }

    private static boolean found(String pattern, String text) throws ApiException {
        try {
            return Pattern.compile(pattern).matcher(text).find();
        } catch (PatternSyntaxException e) {
            throw ApiException.badRequest("invalid filter 'name=[" + pattern + "]'");
        }
    }

    static boolean label(String wanted, Map<String, String> labels) {
        int equals = wanted.indexOf('=');
        return equals < 0
                ? labels.containsKey(wanted)
                : wanted.substring(equals + 1).equals(labels.get(wanted.substring(0, equals)));
    }
}

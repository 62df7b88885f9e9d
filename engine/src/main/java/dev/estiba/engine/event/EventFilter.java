package dev.estiba.engine.event;

import dev.estiba.api.ApiException;
import dev.estiba.api.Event;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code --filter} of events: of one name any value will do, of several names all have to match. */
record EventFilter(Map<String, List<String>> wanted) {
    private static final Set<String> KNOWN = Set.of(
            "config",
            "container",
            "daemon",
            "event",
            "image",
            "label",
            "network",
            "node",
            "plugin",
            "scope",
            "secret",
            "service",
            "type",
            "volume");

    static EventFilter of(Map<String, List<String>> wanted) throws ApiException {
        for (String name : wanted.keySet()) {
            if (!KNOWN.contains(name)) {
                throw ApiException.badRequest("invalid filter '" + name + "'");
            }
        }
        return new EventFilter(wanted);
    }

    boolean matches(Event event) {
        return wanted.entrySet().stream()
                .allMatch(
                        filter -> filter.getValue().stream().anyMatch(value -> matches(filter.getKey(), value, event)));
    }

    private static boolean matches(String filter, String value, Event event) {
        return switch (filter) {
            case "event" -> event.action().equals(value) || event.action().startsWith(value + ":");
            case "type" -> event.type().equals(value);
            case "scope" -> value.equals("local");
            case "label" -> label(value, event.attributes());
            case "image" ->
                isOf("image", value, event) || value.equals(event.attributes().get("image"));
            default -> isOf(filter, value, event);
        };
    }

    private static boolean isOf(String type, String value, Event event) {
        return event.type().equals(type)
                && (event.id().equals(value)
                        || value.equals(event.attributes().get("name"))
                        || !value.isEmpty() && event.id().startsWith(value));
    }

    private static boolean label(String wanted, Map<String, String> attributes) {
        int equals = wanted.indexOf('=');
        return equals < 0
                ? attributes.containsKey(wanted)
                : wanted.substring(equals + 1).equals(attributes.get(wanted.substring(0, equals)));
    }
}

package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.EndpointSettings;
import dev.estiba.engine.filter.FilterValues;
import dev.estiba.engine.store.ContainerRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * {@code --filter} of lists: of one name any value will do, but of labels all have to be there; of several names all have to match,
 * but a port that is exposed or one that is published will do (moby, daemon/list.go).
 *
 * @param images which the images are that {@code ancestor} names
 * @param before what was made earlier than this, and {@code since} later; the last of several values
 * @param published {@code 80/tcp}, and {@code exposed}
 */
record Filters(
        Map<String, List<String>> wanted,
        Set<String> images,
        Optional<Made> before,
        Optional<Made> since,
        Set<String> published,
        Set<String> exposed) {
    private static final Set<String> KNOWN = Set.of(
            "ancestor",
            "before",
            "exited",
            "expose",
            "health",
            "id",
            "is-task",
            "isolation",
            "label",
            "name",
            "network",
            "publish",
            "since",
            "status",
            "volume");

    private static final int LAST_PORT = 65_535;

    /** When a container was made. */
    record Made(String id, Instant at) {}

    /** Finds what filters name. */
    interface Known {
        /** @throws ApiException 404 when there is none */
        Made container(String reference) throws IOException;

        /** Its id; empty when there is none, which then is nobody's ancestor. */
        Optional<String> image(String reference) throws IOException;
    }

    static Filters of(Map<String, List<String>> wanted, Known known) throws IOException {
        for (String name : wanted.keySet()) {
            if (!KNOWN.contains(name)) {
                throw ApiException.badRequest("invalid filter '" + name + "'");
            }
        }
        check(wanted);
        Set<String> published = ports("publish", wanted);
        Set<String> exposed = ports("expose", wanted);
        Set<String> images = new HashSet<>();
        for (String reference : wanted.getOrDefault("ancestor", List.of())) {
            known.image(reference).ifPresent(images::add);
        }
        return new Filters(
                wanted, images, made("before", wanted, known), made("since", wanted, known), published, exposed);
    }

    private static void check(Map<String, List<String>> wanted) throws ApiException {
        for (String status : wanted.getOrDefault("status", List.of())) {
            if (!Set.of("created", "running", "paused", "restarting", "removing", "exited", "dead")
                    .contains(status)) {
                throw ApiException.badRequest("invalid filter 'status=" + status + "': invalid value for state ("
                        + status + "): must be one of created, running, paused, restarting, removing, exited, dead");
            }
        }
        for (String health : wanted.getOrDefault("health", List.of())) {
            if (!Set.of("none", "starting", "healthy", "unhealthy").contains(health)) {
                throw ApiException.badRequest("invalid filter 'health=" + health + "': invalid value for health ("
                        + health + "): must be one of none, starting, healthy, unhealthy");
            }
        }
        for (String task : wanted.getOrDefault("is-task", List.of())) {
            var _ = FilterValues.truth("is-task", task);
        }
        for (String code : wanted.getOrDefault("exited", List.of())) {
            if (!code.matches("[+-]?[0-9]{1,9}")) {
                throw ApiException.badRequest("strconv.Atoi: parsing \"" + code + "\": invalid syntax");
            }
        }
    }

    private static Optional<Made> made(String filter, Map<String, List<String>> wanted, Known known)
            throws IOException {
        Optional<Made> made = Optional.empty();
        for (String reference : wanted.getOrDefault(filter, List.of())) {
            made = Optional.of(known.container(reference));
        }
        return made;
    }

    /** {@code 80}, {@code 53/udp}, {@code 8000-8080/tcp}. */
    private static Set<String> ports(String filter, Map<String, List<String>> wanted) throws ApiException {
        Set<String> ports = new HashSet<>();
        for (String value : wanted.getOrDefault(filter, List.of())) {
            if (value.contains(":")) {
                throw ApiException.badRequest("filter for '" + filter + "' should not contain ':': " + value);
            }
            int slash = value.indexOf('/');
            String protocol = slash < 0 ? "tcp" : value.substring(slash + 1);
            String[] range = (slash < 0 ? value : value.substring(0, slash)).split("-", 2);
            int first = port(filter, value, range[0]);
            int last = range.length < 2 ? first : port(filter, value, range[1]);
            if (last < first) {
                throw notPorts(filter, value, "invalid range specified for port");
            }
            for (int port = first; port <= last; port++) {
                ports.add(port + "/" + protocol);
            }
        }
        return ports;
    }

    private static int port(String filter, String value, String digits) throws ApiException {
        if (!digits.matches("[0-9]{1,5}")) {
            throw notPorts(filter, value, "invalid syntax");
        }
        int port = Integer.parseInt(digits);
        if (port > LAST_PORT) {
            throw notPorts(filter, value, "value out of range");
        }
        return port;
    }

    private static ApiException notPorts(String filter, String value, String why) {
        return ApiException.badRequest("error while looking up for " + filter + " " + value + ": " + why);
    }

    boolean names(String filter) {
        return wanted.containsKey(filter);
    }

    /**
     * @param health {@code none} of who is not asked
     * @param summary for what was made of its wishes: ports, networks, mounts
     */
    boolean match(ContainerRecord record, Status status, String health, ContainerSummary summary) {
        return before.map(made -> compare(record, made) < 0).orElse(true)
                && since.map(made -> compare(record, made) > 0).orElse(true)
                && any("id", record.id()::startsWith)
                && any("name", value -> isFound(value, "/" + record.name()) || isFound(value, record.name()))
                && all("label", value -> FilterValues.label(value, summary.labels()))
                && any("status", status.word()::equals)
                && any("health", health::equals)
                && any("exited", value -> hasExited(status, value))
                && any("is-task", value -> value.equals("false") || value.equals("0"))
                && (!names("ancestor") || images.contains(record.imageId()))
                && any("network", value -> isIn(value, summary.networkSettings().networks()))
                && any("volume", value -> isMounted(value, summary))
                && hasPort(summary);
    }

    private static int compare(ContainerRecord record, Made other) {
        return record.id().equals(other.id())
                ? 0
                : Instant.parse(record.created()).compareTo(other.at());
    }

    private boolean any(String filter, Predicate<String> matches) {
        List<String> values = wanted.get(filter);
        return values == null || values.isEmpty() || values.stream().anyMatch(matches);
    }

    private boolean all(String filter, Predicate<String> matches) {
        return wanted.getOrDefault(filter, List.of()).stream().allMatch(matches);
    }

    /** What is no pattern is found nowhere, unless it is the name. */
    private static boolean isFound(String pattern, String text) {
        try {
            return pattern.equals(text)
                    || Pattern.compile(pattern).matcher(text).find();
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    private static boolean hasExited(Status status, String value) {
        return status instanceof Status.Ended ended && ended.code() == Integer.parseInt(value);
    }

    private static boolean isIn(String network, Map<String, EndpointSettings> networks) {
        return networks.containsKey(network)
                || networks.values().stream()
                        .anyMatch(each ->
                                !each.networkId().isEmpty() && each.networkId().startsWith(network));
    }

    /** A volume's name, or a place in the container. */
    private static boolean isMounted(String value, ContainerSummary summary) {
        return summary.mounts().stream()
                .anyMatch(each -> each.destination().equals(value)
                        || !value.isEmpty() && each.name().equals(value));
    }

    private boolean hasPort(ContainerSummary summary) {
        return published.isEmpty() && exposed.isEmpty()
                || summary.ports().stream()
                        .anyMatch(port -> published.contains(port.publicPort() + "/" + port.type())
                                || exposed.contains(port.privatePort() + "/" + port.type()));
    }
}

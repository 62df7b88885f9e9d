package dev.estiba.engine.container;

import dev.estiba.api.CreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.engine.store.ContainerRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What containers want of one another before they are started: a function of their records. What they cannot do without comes first
 * ({@code container:} namespaces, links, volumes of others), then what compose has written down ({@code depends_on}), then what a person
 * has said by {@value #START_AFTER}.
 */
final class StartNeeds {
    /** A label, or an annotation: {@code NAME[:healthy],NAME…}. */
    static final String START_AFTER = "dev.estiba.start-after";

    private static final String COMPOSE = "com.docker.compose.";
    private static final String CONTAINER = "container:";

    /** What is waited for. */
    enum Until {
        STARTED("start"),
        HEALTHY("health"),
        /** A container that does something once. */
        DONE("end");

        private final String word;

        Until(String word) {
            this.word = word;
        }
    }

    /**
     * One container's wish.
     *
     * @param id of the other one
     * @param name of the other one, for the person
     * @param because where that is said
     */
    record Need(String id, String name, Until until, String because) {
        @Override
        public String toString() {
            return "the " + until.word + " of " + name + " (" + because + ")";
        }
    }

    private final Map<String, ContainerRecord> byName = new HashMap<>();
    private final List<ContainerRecord> all;

    private StartNeeds(List<ContainerRecord> all) {
        this.all = all;
        all.forEach(record -> byName.put(record.name(), record));
    }

    /**
     * The needs of each, in an order in which they can be met; without those that go round in a circle.
     *
     * @param due who is to be started
     * @param all containers
     * @param told what is left out, for a person
     */
    static Map<String, List<Need>> of(Set<String> due, List<ContainerRecord> all, Consumer<String> told) {
        StartNeeds records = new StartNeeds(all);
        Map<String, List<Need>> needs = new TreeMap<>();
        Map<String, String> names = new HashMap<>();
        for (ContainerRecord record : all) {
            names.put(record.id(), record.name());
            if (due.contains(record.id())) {
                needs.put(record.id(), records.needs(record));
            }
        }
        Map<String, List<Need>> ordered = new LinkedHashMap<>();
        Set<String> open = new HashSet<>();
        for (String id : needs.keySet()) {
            visit(id, needs, names, open, ordered, told);
        }
        return ordered;
    }

    /** Depth first: a need that leads back to who is just being looked at closes a circle, and is left out. */
    private static void visit(
            String id,
            Map<String, List<Need>> needs,
            Map<String, String> names,
            Set<String> open,
            Map<String, List<Need>> ordered,
            Consumer<String> told) {
        if (ordered.containsKey(id) || !open.add(id)) {
            return;
        }
        List<Need> kept = new ArrayList<>();
        for (Need need : needs.getOrDefault(id, List.of())) {
            if (open.contains(need.id())) {
                told.accept("container " + names.getOrDefault(id, id) + " does not wait for " + need
                        + ", which waits for it in turn");
                continue;
            }
            if (needs.containsKey(need.id())) {
                visit(need.id(), needs, names, open, ordered, told);
            }
            kept.add(need);
        }
        open.remove(id);
        ordered.put(id, List.copyOf(kept));
    }

    private List<Need> needs(ContainerRecord record) {
        Map<String, Need> found = new LinkedHashMap<>();
        CreateRequest request = record.request();
        HostConfig host = request.hostConfig();
        Stream.of(host.networkMode(), host.pidMode(), host.ipcMode())
                .filter(mode -> mode.startsWith(CONTAINER))
                .forEach(mode -> add(found, record, mode.substring(CONTAINER.length()), Until.STARTED, mode));
        host.links().forEach(link -> add(found, record, target(link), Until.STARTED, "--link"));
        request.networkingConfig()
                .endpointsConfig()
                .values()
                .forEach(settings ->
                        settings.links().forEach(link -> add(found, record, target(link), Until.STARTED, "--link")));
        host.volumesFrom()
                .forEach(other -> add(found, record, other.split(":", 2)[0], Until.STARTED, "--volumes-from"));
        compose(found, record);
        said(found, record, request.config().labels().getOrDefault(START_AFTER, ""));
        said(found, record, host.annotations().getOrDefault(START_AFTER, ""));
        return List.copyOf(found.values());
    }

    /** {@code db:alias}, also as inspect shows them: {@code /db:/web/alias}. */
    private static String target(String link) {
        String name = link.split(":", 2)[0];
        return name.startsWith("/") ? name.substring(1) : name;
    }

    private void add(Map<String, Need> found, ContainerRecord record, String reference, Until until, String because) {
        find(reference).ifPresent(other -> add(found, record, other, until, because));
    }

    /** Of two wishes for the same container the stronger one holds. */
    private static void add(
            Map<String, Need> found, ContainerRecord record, ContainerRecord other, Until until, String because) {
        if (!other.id().equals(record.id())) {
            found.merge(
                    other.id(),
                    new Need(other.id(), other.name(), until, because),
                    (former, next) -> next.until().compareTo(former.until()) > 0 ? next : former);
        }
    }

    private Optional<ContainerRecord> find(String reference) {
        ContainerRecord named = byName.get(reference);
        return named != null
                ? Optional.of(named)
                : all.stream()
                        .filter(record -> !reference.isEmpty() && record.id().startsWith(reference))
                        .findFirst();
    }

    /** {@code com.docker.compose.depends_on}: {@code SERVICE:service_healthy:false,…}, of the same project. */
    private void compose(Map<String, Need> found, ContainerRecord record) {
        Map<String, String> labels = record.request().config().labels();
        String project = labels.getOrDefault(COMPOSE + "project", "");
        String text = labels.getOrDefault(COMPOSE + "depends_on", "");
        if (project.isEmpty() || text.isEmpty()) {
            return;
        }
        for (String each : text.split(",")) {
            String[] parts = each.split(":");
            Until until = switch (parts.length > 1 ? parts[1] : "") {
                case "service_healthy" -> Until.HEALTHY;
                case "service_completed_successfully" -> Until.DONE;
                default -> Until.STARTED;
            };
            for (ContainerRecord other : all) {
                Map<String, String> others = other.request().config().labels();
                if (project.equals(others.get(COMPOSE + "project"))
                        && parts[0].equals(others.get(COMPOSE + "service"))
                        && !"True".equals(others.get(COMPOSE + "oneoff"))) {
                    add(found, record, other, until, "depends_on");
                }
            }
        }
    }

    private void said(Map<String, Need> found, ContainerRecord record, String text) {
        for (String each : text.split(",")) {
            String[] parts = each.strip().split(":", 2);
            Until until = parts.length > 1 && parts[1].equals("healthy") ? Until.HEALTHY : Until.STARTED;
            add(found, record, parts[0], until, START_AFTER);
        }
    }
}

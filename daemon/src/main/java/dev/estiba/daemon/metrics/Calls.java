package dev.estiba.daemon.metrics;

import dev.estiba.api.ApiException;
import dev.estiba.registry.metrics.MetricsText;
import dev.estiba.registry.metrics.MetricsText.Kind;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** What the engine was asked to do, how that has ended, and how long some of it took. Safe for all threads. */
final class Calls {
    /** dockerd's names, by the operations that they are. What lasts as long as its caller likes has no duration. */
    private static final Map<String, String> OF_CONTAINERS = Map.of(
            "containerChanges", "changes",
            "commitContainer", "commit",
            "createContainer", "create",
            "removeContainer", "delete",
            "startContainer", "start",
            "stopContainer", "stop",
            "startExec", "exec");

    private static final Map<String, String> OF_IMAGES = Map.of(
            "pullImage", "pull",
            "pushImage", "push",
            "importImage", "import",
            "loadImages", "load",
            "removeImage", "delete");

    private final Map<String, LongAdder> ended = new ConcurrentSkipListMap<>();
    private final Map<String, Durations> containers = new ConcurrentSkipListMap<>();
    private final Map<String, Durations> images = new ConcurrentSkipListMap<>();

    /** What has not happened yet is 0, and not absent. */
    Calls() {
        OF_CONTAINERS.values().forEach(each -> containers.put(each, new Durations()));
        OF_IMAGES.values().forEach(each -> images.put(each, new Durations()));
    }

    void answered(String operation, long nanoseconds) {
        count(operation, "done");
        add(OF_CONTAINERS, containers, operation, nanoseconds);
        add(OF_IMAGES, images, operation, nanoseconds);
    }

    private static void add(
            Map<String, String> actions, Map<String, Durations> all, String operation, long nanoseconds) {
        String action = actions.get(operation);
        if (action != null) {
            all.computeIfAbsent(action, _ -> new Durations()).add(nanoseconds);
        }
    }

    void failed(String operation, Throwable why) {
        boolean isRefused = why instanceof ApiException known && known.status() < ApiException.SERVER_ERROR;
        count(operation, isRefused ? "refused" : "failed");
    }

    private void count(String operation, String end) {
        String labels = "{" + MetricsText.label("operation", operation) + "," + MetricsText.label("end", end) + "}";
        ended.computeIfAbsent(labels, _ -> new LongAdder()).increment();
    }

    void tell(MetricsText text) {
        String requests = "estiba_api_requests_total";
        text.family(requests, Kind.COUNTER, "Operations of the API that have ended, by any door");
        ended.forEach((labels, count) -> text.sample(requests + labels, count.sum()));
        tell(text, "engine_daemon_container_actions_seconds", "Seconds that container actions took", containers);
        tell(text, "engine_daemon_image_actions_seconds", "Seconds that image actions took", images);
    }

    private static void tell(MetricsText text, String name, String meaning, Map<String, Durations> all) {
        text.family(name, Kind.HISTOGRAM, meaning);
        all.forEach((action, durations) -> durations.tell(text, name, MetricsText.label("action", action)));
    }
}

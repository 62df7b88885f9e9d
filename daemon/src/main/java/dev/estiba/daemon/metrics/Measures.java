package dev.estiba.daemon.metrics;

import dev.estiba.api.EngineApi;
import dev.estiba.api.Info;
import dev.estiba.content.store.Store;
import dev.estiba.engine.Engine;
import dev.estiba.engine.EnginePaths;
import dev.estiba.engine.health.HealthTally;
import dev.estiba.registry.metrics.MetricsText;
import dev.estiba.registry.metrics.MetricsText.Kind;
import dev.estiba.registry.metrics.StoredBlobs;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** What a daemon tells Prometheus: dockerd's names where it has one, {@code engine_daemon_…}, and {@code estiba_…}. */
public final class Measures {
    private final Engine engine;
    private final EngineApi measured;
    private final Calls calls = new Calls();
    private final EventCount events;
    private final StoredBlobs stored;

    private Measures(Engine engine, StoredBlobs stored) {
        this.engine = engine;
        this.stored = stored;
        measured = MeasuredEngine.of(engine, calls);
        events = EventCount.of(engine);
    }

    /** Counts from now on. */
    public static Measures of(Engine engine, EnginePaths paths) throws IOException {
        return new Measures(engine, new StoredBlobs(Store.open(paths.dataRoot().resolve("content"))));
    }

    /** The engine, for who wants his calls to be counted. */
    public EngineApi measured() {
        return measured;
    }

    /** All of it, in the format of {@link MetricsText}. */
    public byte[] text() throws IOException {
        Info info = engine.info();
        MetricsText text = new MetricsText();
        containers(text, info);
        calls.tell(text);
        text.one("engine_daemon_events_total", Kind.COUNTER, "Events that were told", events.sum());
        // The one that counts them is nobody's.
        text.one(
                "engine_daemon_events_subscribers_total",
                Kind.GAUGE,
                "Who listens to events",
                Math.max(0, info.eventListeners() - 1));
        HealthTally health = engine.healthTally();
        text.one("engine_daemon_health_checks_total", Kind.COUNTER, "Health checks", health.asked());
        text.one(
                "engine_daemon_health_checks_failed_total",
                Kind.COUNTER,
                "Health checks that have failed",
                health.failed());
        host(text, info);
        StoredBlobs.Counted blobs = stored.now();
        text.one("estiba_images", Kind.GAUGE, "Images", info.images())
                .one("estiba_store_blobs", Kind.GAUGE, "Blobs in the store of images", blobs.blobs())
                .one("estiba_store_blob_bytes", Kind.GAUGE, "Bytes of blobs in the store of images", blobs.bytes());
        ProcessMeasures.tell(text, info.descriptors(), info.threads());
        return text.bytes();
    }

    private static void containers(MetricsText text, Info info) {
        String states = "engine_daemon_container_states_containers";
        text.family(states, Kind.GAUGE, "Containers in various states")
                .sample(states + "{state=\"paused\"}", info.containersPaused())
                .sample(states + "{state=\"running\"}", info.containersRunning())
                .sample(states + "{state=\"stopped\"}", info.containersStopped());
    }

    private static void host(MetricsText text, Info info) {
        List<String> labels = List.of(
                MetricsText.label("architecture", info.architecture()),
                MetricsText.label("daemon_id", info.id()),
                MetricsText.label("graphdriver", info.driver()),
                MetricsText.label("kernel", info.kernelVersion()),
                MetricsText.label("os", info.operatingSystem()),
                MetricsText.label("os_type", info.osType()),
                MetricsText.label("os_version", info.osVersion()),
                MetricsText.label("version", info.serverVersion()));
        String about = "engine_daemon_engine_info";
        text.family(about, Kind.GAUGE, "What the daemon is and what it runs on")
                .sample(about + "{" + labels.stream().collect(Collectors.joining(",")) + "}", 1);
        text.one("engine_daemon_engine_cpus_cpus", Kind.GAUGE, "Processors of the host", info.processors())
                .one("engine_daemon_engine_memory_bytes", Kind.GAUGE, "Memory of the host", info.memTotal());
    }
}

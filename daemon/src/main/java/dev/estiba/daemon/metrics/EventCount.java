package dev.estiba.daemon.metrics;

import dev.estiba.api.ApiException;
import dev.estiba.api.EngineApi;
import dev.estiba.api.EventsOptions;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** How much has happened, since it listens. A thread of its own does. */
final class EventCount {
    private static final Logger LOG = System.getLogger(EventCount.class.getName());

    private final LongAdder all = new LongAdder();

    private EventCount() {}

    static EventCount of(EngineApi engine) {
        EventCount count = new EventCount();
        Thread.ofPlatform().name("metrics: events").daemon(true).start(() -> count.listen(engine));
        return count;
    }

    private void listen(EngineApi engine) {
        try {
            engine.events(new EventsOptions(Optional.empty(), Optional.empty(), Map.of()), event -> all.increment());
        } catch (ApiException e) {
            LOG.log(Level.WARNING, "events are no longer counted: " + e.message());
        }
    }

    long sum() {
        return all.sum();
    }
}

package dev.estiba.engine.container;

import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.Life;
import dev.estiba.runtime.record.Timestamps;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Tells of what happens to containers, with what they are known by. */
final class Happened {
    private Happened() {}

    static void to(Context context, ContainerRecord record, String action) {
        to(context, record, action, Map.of());
    }

    /** What is said of a run's end. */
    static Map<String, String> end(Life life) {
        long seconds = 0;
        try {
            Duration ran = Duration.between(Timestamps.parse(life.started()), Timestamps.parse(life.finished()));
            // A short one may be over before it is written down that it has begun.
            seconds = Math.max(0, ran.toSeconds());
        } catch (DateTimeException neverStarted) {
            seconds = 0;
        }
        Map<String, String> said = new TreeMap<>();
        said.put("exitCode", Integer.toString(life.exitCode()));
        said.put("execDuration", Long.toString(seconds));
        if (!life.error().isEmpty()) {
            said.put("error", life.error()); // it was not its program that has ended it
        }
        return said;
    }

    /** @param more beside its labels, image and name */
    static void to(Context context, ContainerRecord record, String action, Map<String, String> more) {
        Map<String, String> attributes = new TreeMap<>(record.request().config().labels());
        attributes.put("image", record.request().config().image());
        attributes.put("name", record.name());
        attributes.putAll(more);
        context.events().publish("container", action, record.id(), attributes);
    }
}

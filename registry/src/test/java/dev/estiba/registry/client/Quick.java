package dev.estiba.registry.client;

import dev.estiba.registry.http.Patience;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Settings for tests: nobody waits between two tries, and what was asked for is written down. */
final class Quick {
    private static final Duration LONG = Duration.ofSeconds(120);

    private Quick() {}

    /** @param waits gets how long would have been waited */
    static RegistrySettings settings(List<Duration> waits) {
        return settings(LONG, waits);
    }

    static RegistrySettings settings() {
        return settings(new CopyOnWriteArrayList<>());
    }

    /** For servers that never go on: this is how long they are waited for. */
    static RegistrySettings impatient(Duration stall) {
        return settings(stall, new CopyOnWriteArrayList<>());
    }

    private static RegistrySettings settings(Duration stall, List<Duration> waits) {
        return RegistrySettings.USUAL.withPatience(new Patience(
                LONG, stall, stall, stall, 1 << 10, 5, Duration.ofSeconds(60), (time, closed) -> waits.add(time)));
    }
}

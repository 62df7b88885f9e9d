package dev.estiba.engine.container;

import dev.estiba.api.ContainerSummary;
import dev.estiba.api.Health;
import dev.estiba.api.HealthSummary;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.Life;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What a listing has to know of a container.
 *
 * @param created with parts of a second, which the summary has not
 * @param status as the kernel and its monitor say, not what this process is about to do
 * @param health as it was last known
 * @param data what it keeps
 * @param summary without what time changes: its state's words and sizes
 * @param last what was answered of it last
 */
record Glance(
        ContainerRecord record,
        Instant created,
        Status status,
        Life life,
        Optional<Health> health,
        Path data,
        ContainerSummary summary,
        AtomicReference<Optional<Answered>> last) {
    /**
     * What of an answer changes without the container.
     *
     * @param second since the epoch: the words of its state tell how long it has been so
     */
    record Moment(List<String> names, HealthSummary health, String state, long second) {
        /** Whether it is the same one for a container to which nobody has given a name of his own. */
        boolean isStill(String word, String healthWord, long instant) {
            return second == instant
                    && names.size() == 1
                    && state.equals(word)
                    && health.status().equals(healthWord);
        }
    }

    /** An answer, which is the same object for as long as its moment is. */
    record Answered(Moment moment, ContainerSummary summary) {}
}

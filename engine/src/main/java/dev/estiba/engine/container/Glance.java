package dev.estiba.engine.container;

import dev.estiba.api.ContainerSummary;
import dev.estiba.api.Health;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.Life;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a listing has to know of a container.
 *
 * @param status as the kernel and its monitor say, not what this process is about to do
 * @param health as it was last known
 * @param data what it keeps
 * @param summary without what time changes: its state's words and sizes
 */
record Glance(
        ContainerRecord record,
        Status status,
        Life life,
        Optional<Health> health,
        Path data,
        ContainerSummary summary) {}

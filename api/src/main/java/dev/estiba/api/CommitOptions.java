package dev.estiba.api;

import java.util.List;
import java.util.Optional;

/**
 * How an image is made of a container.
 *
 * @param reference what it is called; without, it has no name
 * @param config instead of the container's own
 * @param changes instructions of a Dockerfile: {@code CMD ["sh"]}
 * @param pause whether the container is paused meanwhile
 */
public record CommitOptions(
        Optional<String> reference,
        Optional<ContainerConfig> config,
        String author,
        String comment,
        List<String> changes,
        boolean pause) {
    public CommitOptions {
        changes = List.copyOf(changes);
    }
}

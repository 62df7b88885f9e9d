package dev.estiba.api;

import java.util.List;
import java.util.Optional;

/**
 * @param reference what the image is called; without, it has no name
 * @param changes instructions of a Dockerfile: {@code CMD ["sh"]}
 * @param message the comment of its only step
 * @param platform {@code linux/arm64}; without, this machine's
 */
public record ImportOptions(
        Optional<String> reference, List<String> changes, Optional<String> message, Optional<String> platform) {
    public ImportOptions {
        changes = List.copyOf(changes);
    }
}

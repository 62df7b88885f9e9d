package dev.estiba.api;

import java.util.List;

/**
 * @param platforms {@code linux/arm64}; empty: this machine's
 * @param allPlatforms all that the image has
 * @param allTags all tags of the repository
 */
public record PullOptions(List<String> platforms, boolean allPlatforms, boolean allTags, RegistryAccess access) {
    public PullOptions {
        platforms = List.copyOf(platforms);
    }
}

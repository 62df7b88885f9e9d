package dev.estiba.api;

import java.util.List;

/**
 * @param platforms {@code linux/arm64}; empty: this machine's
 * @param allPlatforms all that the image has
 * @param allTags all tags of the repository
 * @param referrers also what says something of the image, such as signatures
 */
public record PullOptions(
        List<String> platforms, boolean allPlatforms, boolean allTags, boolean referrers, RegistryAccess access) {
    public PullOptions {
        platforms = List.copyOf(platforms);
    }
}

package dev.estiba.api;

import java.util.List;

/**
 * @param platforms {@code linux/arm64}; empty: all that are here
 * @param allTags all names that the repository has here
 * @param referrers also what is here that says something of the image
 */
public record PushOptions(List<String> platforms, boolean allTags, boolean referrers, RegistryAccess access) {
    public PushOptions {
        platforms = List.copyOf(platforms);
    }
}

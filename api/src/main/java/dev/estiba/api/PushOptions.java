package dev.estiba.api;

import java.util.List;

/**
 * @param platforms {@code linux/arm64}; empty: all that are here
 * @param allTags all names that the repository has here
 */
public record PushOptions(List<String> platforms, boolean allTags, RegistryAccess access) {
    public PushOptions {
        platforms = List.copyOf(platforms);
    }
}

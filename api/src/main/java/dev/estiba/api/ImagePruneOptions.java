package dev.estiba.api;

import java.util.List;
import java.util.Map;

/**
 * Docker's filters: {@code dangling=true} (the usual: only what has no name), {@code until=TIME}, {@code label=}, {@code label!=}.
 */
public record ImagePruneOptions(Map<String, List<String>> filters) {
    public ImagePruneOptions {
        filters = Copies.lists(filters);
    }
}

package dev.estiba.api;

import java.util.List;
import java.util.Map;

/**
 * Docker's filters, and two of ours ({@code unused=TIME}: not used since then; {@code keep-last=N}: the last used N of those that match
 * stay): {@code dangling=true} (the usual: only what has no name), {@code until=TIME}, {@code label=}, {@code label!=}.
 */
public record ImagePruneOptions(Map<String, List<String>> filters) {
    public ImagePruneOptions {
        filters = Copies.lists(filters);
    }
}

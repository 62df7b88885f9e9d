package dev.estiba.api;

import java.util.List;

/** What only mounts of type {@code tmpfs} have. */
public record TmpfsOptions(long sizeBytes, long mode, List<List<String>> options) {
    public TmpfsOptions {
        options = options.stream().map(List::copyOf).toList();
    }
}

package dev.estiba.api;

import java.util.Map;
import java.util.Optional;

/** What only mounts of type {@code volume} have. */
public record VolumeOptions(
        boolean noCopy, Map<String, String> labels, String subpath, Optional<VolumeDriver> driverConfig) {
    public VolumeOptions {
        labels = Copies.inOrder(labels);
    }
}

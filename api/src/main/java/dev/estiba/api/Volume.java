package dev.estiba.api;

import java.util.Map;
import java.util.Optional;

/**
 * A volume: a directory that outlives the containers that it is mounted in.
 *
 * @param createdAt RFC 3339
 * @param driver who has made it: {@code local}
 * @param mountpoint where it is on the host
 * @param options of the driver
 * @param scope where it exists: {@code local}
 * @param usage told only with how the disk is used
 */
public record Volume(
        String createdAt,
        String driver,
        Map<String, String> labels,
        String mountpoint,
        String name,
        Map<String, String> options,
        String scope,
        Optional<VolumeUsage> usage) {
    public Volume {
        labels = Copies.inOrder(labels);
        options = Copies.inOrder(options);
    }

    public Volume with(VolumeUsage counted) {
        return new Volume(createdAt, driver, labels, mountpoint, name, options, scope, Optional.of(counted));
    }

    /** The same, at that place of the host. */
    public Volume at(String directory) {
        return new Volume(createdAt, driver, labels, directory, name, options, scope, usage);
    }
}

package dev.estiba.api;

import java.util.Map;

/** Who makes a volume that is not there yet. */
public record VolumeDriver(String name, Map<String, String> options) {
    public VolumeDriver {
        options = Copies.inOrder(options);
    }
}

package dev.estiba.api;

import java.util.List;

/** @param warnings of drivers that did not answer */
public record VolumeList(List<Volume> volumes, List<String> warnings) {
    public VolumeList {
        volumes = List.copyOf(volumes);
        warnings = List.copyOf(warnings);
    }
}

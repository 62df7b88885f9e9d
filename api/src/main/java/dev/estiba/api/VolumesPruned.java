package dev.estiba.api;

import java.util.List;

/**
 * @param volumesDeleted their names
 * @param spaceReclaimed in bytes
 */
public record VolumesPruned(List<String> volumesDeleted, long spaceReclaimed) {
    public VolumesPruned {
        volumesDeleted = List.copyOf(volumesDeleted);
    }
}

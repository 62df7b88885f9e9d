package dev.estiba.api;

import java.util.List;

/** @param spaceReclaimed in bytes */
public record ImagesPruned(List<ImageDeleted> deleted, long spaceReclaimed) {
    public ImagesPruned {
        deleted = List.copyOf(deleted);
    }
}

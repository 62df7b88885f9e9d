package dev.estiba.content.inspect;

import java.util.List;

/**
 * What a layer is in its image.
 *
 * @param added what the layers beneath have not
 * @param changed what takes the place of something beneath; bytes of what it is now
 * @param removed what was beneath; bytes of what it was
 * @param bytes that the layer has
 * @param wasted of these bytes those that nobody sees, since a layer above has something else in the place of all their names
 * @param files those with the most bytes, the largest first
 */
public record LayerChanges(Tally added, Tally changed, Tally removed, long bytes, long wasted, List<FileChange> files) {
    public LayerChanges {
        files = List.copyOf(files);
    }
}

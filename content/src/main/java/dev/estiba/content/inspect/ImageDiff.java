package dev.estiba.content.inspect;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * How the files of two images differ, as an overlay of each one's layers shows them: by kind, owner, permissions, size and content.
 *
 * @param added what only the second has
 * @param removed what only the first has
 * @param changed bytes of what it is in the second
 * @param files those with the most bytes, by their paths
 * @param packages by their names, of dpkg's and apk's databases
 */
public record ImageDiff(
        Tally added, Tally changed, Tally removed, List<FileDifference> files, List<PackageDifference> packages) {
    public ImageDiff {
        files = List.copyOf(files);
        packages = List.copyOf(packages);
    }

    /**
     * Compares. A directory that is of the same layers in both is not looked into.
     *
     * @param before the first image's layers, the lowest first; they must stay meanwhile
     * @param after the second one's
     * @param files how many differences are listed
     * @throws java.io.InterruptedIOException when this thread is interrupted
     */
    public static ImageDiff of(List<Path> before, List<Path> after, int files) throws IOException {
        try (LayerStack one = LayerStack.open(before);
                LayerStack other = LayerStack.open(after)) {
            return new Comparison(one, other, files).run();
        }
    }

    /** Whether no file differs. */
    public boolean isEmpty() {
        return added.entries() == 0 && changed.entries() == 0 && removed.entries() == 0;
    }
}

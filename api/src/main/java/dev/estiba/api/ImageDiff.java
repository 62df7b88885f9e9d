package dev.estiba.api;

import dev.estiba.api.ImageTree.Tally;
import java.util.List;

/**
 * How two images differ. Not in Docker's API.
 *
 * @param before the first image
 * @param added what only the second has; of its files
 * @param changed bytes of what it is in the second
 * @param removed what only the first has
 * @param files by their paths; of many those with the most bytes
 * @param settings of the configuration: how an image is run
 * @param packages of the distribution
 */
public record ImageDiff(
        Side before,
        Side after,
        Tally added,
        Tally changed,
        Tally removed,
        List<File> files,
        List<Change> settings,
        List<Change> packages) {
    public ImageDiff {
        files = List.copyOf(files);
        settings = List.copyOf(settings);
        packages = List.copyOf(packages);
    }

    /** Whether nothing differs: another step or time of making is no difference. */
    public boolean isEmpty() {
        return added.entries() + changed.entries() + removed.entries() == 0 && settings.isEmpty() && packages.isEmpty();
    }

    /**
     * @param id {@code sha256:…} of its configuration
     * @param size of all its layers, in bytes
     */
    public record Side(String name, String id, long size) {}

    /**
     * @param kind {@code added}, {@code changed} or {@code removed}
     * @param path absolute, as in {@link ImageTree.FileChange}
     * @param before {@code -rw-r--r-- 0:0 123}, with what a link leads to, and extended attributes behind it:
     *     {@code capabilities=cap_net_raw=ep user.origin="here"}; empty: it was added
     * @param after empty: it was removed
     * @param bytes that it is, or was
     */
    public record File(String kind, String path, String before, String after, long bytes) {}

    /**
     * @param name {@code Env PATH}, or a package's
     * @param before empty: it was not there
     * @param after empty: it is not there
     */
    public record Change(String name, String before, String after) {}
}

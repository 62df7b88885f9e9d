package dev.estiba.api;

import java.util.List;

/**
 * What each layer of an image has done to those beneath it. Not in Docker's API.
 *
 * @param id {@code sha256:…} of its configuration
 * @param size of all layers, in bytes
 * @param wasted bytes that nobody sees, since an upper layer has something else in their place, or has removed them
 * @param lastUsed RFC 3339: when a container was last made of it or started, or else when it came
 * @param layers the lowest first
 */
public record ImageTree(String id, List<String> repoTags, long size, long wasted, String lastUsed, List<Layer> layers) {
    public ImageTree {
        repoTags = List.copyOf(repoTags);
        layers = List.copyOf(layers);
    }

    /** Which part of the image's bytes is seen: 0 to 1. */
    public double efficiency() {
        return size == 0 ? 1 : (double) (size - wasted) / size;
    }

    /**
     * @param diffId the digest of its archive
     * @param created seconds since 1970; 0: its author has not said it
     * @param createdBy the step that made it, in its author's words
     * @param size in bytes
     * @param wasted of these, those that nobody sees
     * @param files what it has done, those with the most bytes first; as many as were asked for
     */
    public record Layer(
            String diffId,
            long created,
            String createdBy,
            long size,
            long wasted,
            Tally added,
            Tally changed,
            Tally removed,
            List<FileChange> files) {
        public Layer {
            files = List.copyOf(files);
        }
    }

    /**
     * @param entries files, directories and all else
     * @param bytes of regular files
     */
    public record Tally(long entries, long bytes) {}

    /**
     * @param kind {@code added}, {@code changed} or {@code removed}
     * @param path absolute; what is no printable text of it is written as {@code \xNN}
     */
    public record FileChange(String kind, String path, long bytes) {}
}

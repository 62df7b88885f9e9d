package dev.estiba.api;

import java.util.List;
import java.util.Map;

/**
 * An image in a listing.
 *
 * @param id {@code sha256:…} of its configuration
 * @param repoTags its names; none: it dangles
 * @param repoDigests where it was pulled from or pushed to
 * @param created seconds since 1970
 * @param size in bytes, unpacked
 * @param sharedSize of layers that other images have as well; -1: not counted
 * @param containers how many are made of it; -1: not counted
 * @param lastUsed seconds since 1970: when a container was last made of it or started, or else when it came; 0: not asked. Not in
 *     Docker's document
 * @param manifests all that it has; empty: not asked
 */
public record ImageSummary(
        String id,
        List<String> repoTags,
        List<String> repoDigests,
        long created,
        long size,
        long sharedSize,
        Map<String, String> labels,
        long containers,
        long lastUsed,
        List<ImageManifest> manifests) {
    public ImageSummary {
        manifests = List.copyOf(manifests);
        repoTags = List.copyOf(repoTags);
        repoDigests = List.copyOf(repoDigests);
        labels = Copies.inOrder(labels);
    }

    /** One of whose manifests nobody has asked. */
    public ImageSummary(
            String id,
            List<String> repoTags,
            List<String> repoDigests,
            long created,
            long size,
            long sharedSize,
            Map<String, String> labels,
            long containers,
            long lastUsed) {
        this(id, repoTags, repoDigests, created, size, sharedSize, labels, containers, lastUsed, List.of());
    }

    /** One of which nobody has asked when it was used. */
    public ImageSummary(
            String id,
            List<String> repoTags,
            List<String> repoDigests,
            long created,
            long size,
            long sharedSize,
            Map<String, String> labels,
            long containers) {
        this(id, repoTags, repoDigests, created, size, sharedSize, labels, containers, 0);
    }

    /** With other names. */
    public ImageSummary withNames(List<String> tags, List<String> digests) {
        return new ImageSummary(id, tags, digests, created, size, sharedSize, labels, containers, lastUsed, manifests);
    }

    /** With what was counted. */
    public ImageSummary counted(long shared, long made) {
        return new ImageSummary(id, repoTags, repoDigests, created, size, shared, labels, made, lastUsed, manifests);
    }

    /** With all its manifests. */
    public ImageSummary withManifests(List<ImageManifest> all) {
        return new ImageSummary(
                id, repoTags, repoDigests, created, size, sharedSize, labels, containers, lastUsed, all);
    }
}

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
 */
public record ImageSummary(
        String id,
        List<String> repoTags,
        List<String> repoDigests,
        long created,
        long size,
        long sharedSize,
        Map<String, String> labels,
        long containers) {
    public ImageSummary {
        repoTags = List.copyOf(repoTags);
        repoDigests = List.copyOf(repoDigests);
        labels = Copies.inOrder(labels);
    }
}

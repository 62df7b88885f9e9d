package dev.estiba.api;

import java.util.List;
import java.util.Map;

/**
 * @param all has no effect: there are no images between
 * @param filters by name; of one filter any value, of several filters all have to match
 * @param sharedSize whether it is counted what an image shares with others
 * @param manifests whether all manifests of an image are told
 * @param containers whether it is counted how many are made of an image
 */
public record ImageListOptions(
        boolean all, Map<String, List<String>> filters, boolean sharedSize, boolean manifests, boolean containers) {
    public ImageListOptions {
        filters = Copies.lists(filters);
    }

    /** Without what takes longer. */
    public ImageListOptions(boolean all, Map<String, List<String>> filters) {
        this(all, filters, false, false, false);
    }
}

package dev.estiba.api;

import java.util.List;
import java.util.Map;

/**
 * @param all has no effect: there are no images between
 * @param filters by name; of one filter any value, of several filters all have to match
 */
public record ImageListOptions(boolean all, Map<String, List<String>> filters) {
    public ImageListOptions {
        filters = Copies.lists(filters);
    }
}

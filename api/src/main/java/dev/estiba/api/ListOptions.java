package dev.estiba.api;

import java.util.List;
import java.util.Map;

/**
 * @param all also those that do not run
 * @param limit the newest so many, also those that do not run; 0: no limit
 * @param size count the sizes of their file systems
 * @param filters by name; of one filter any value, of several filters all have to match
 */
public record ListOptions(boolean all, int limit, boolean size, Map<String, List<String>> filters) {
    public ListOptions {
        filters = Copies.lists(filters);
    }
}

package dev.estiba.api;

import java.util.List;

/**
 * How a layer has come to be.
 *
 * @param id of the image, for its newest step; else {@code <missing>}
 * @param created seconds since 1970
 * @param size in bytes, unpacked
 */
public record HistoryItem(String id, long created, String createdBy, List<String> tags, long size, String comment) {
    public HistoryItem {
        tags = List.copyOf(tags);
    }
}

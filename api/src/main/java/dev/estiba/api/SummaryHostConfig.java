package dev.estiba.api;

import java.util.Map;

/** What a listing tells of a container's host configuration. */
public record SummaryHostConfig(String networkMode, Map<String, String> annotations) {
    public SummaryHostConfig {
        annotations = Copies.inOrder(annotations);
    }
}

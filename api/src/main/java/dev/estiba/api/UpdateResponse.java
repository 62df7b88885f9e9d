package dev.estiba.api;

import java.util.List;

/** What is to be known of an update. */
public record UpdateResponse(List<String> warnings) {
    public UpdateResponse {
        warnings = List.copyOf(warnings);
    }
}

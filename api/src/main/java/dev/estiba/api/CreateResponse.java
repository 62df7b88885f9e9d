package dev.estiba.api;

import java.util.List;

/** The answer to a {@link CreateRequest}. */
public record CreateResponse(String id, List<String> warnings) {
    public CreateResponse {
        warnings = List.copyOf(warnings);
    }
}

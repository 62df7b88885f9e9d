package dev.estiba.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * @param since also what has happened after that, as far as it is kept
 * @param until end then; what has happened before is told at once
 * @param filters by name; of one filter any value, of several filters all have to match
 */
public record EventsOptions(Optional<Instant> since, Optional<Instant> until, Map<String, List<String>> filters) {
    public EventsOptions {
        filters = Copies.lists(filters);
    }
}

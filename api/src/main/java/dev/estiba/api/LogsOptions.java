package dev.estiba.api;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * @param follow go on until the container has ended
 * @param timestamps begin each line with its time
 * @param details begin each line with the attributes that the log driver was told to keep
 * @param tail the last so many lines; absent: all
 */
public record LogsOptions(
        boolean stdout,
        boolean stderr,
        boolean follow,
        boolean timestamps,
        boolean details,
        Optional<Instant> since,
        Optional<Instant> until,
        OptionalLong tail) {}

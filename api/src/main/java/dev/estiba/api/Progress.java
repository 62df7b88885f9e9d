package dev.estiba.api;

import java.util.Optional;

/**
 * How far something is, as Docker's streams say it.
 *
 * @param id of what: a layer, shortened; empty: of all
 * @param status {@code Downloading}, or a whole sentence
 * @param current bytes so far; 0 when they are not counted
 * @param total bytes in all; 0 when it is not known
 */
public record Progress(Optional<String> id, String status, long current, long total) {
    /** So begins what is told of images that were taken away to make room: it is nothing that was asked for. */
    public static final String COLLECTED = "Collected ";

    public static Progress of(String status) {
        return new Progress(Optional.empty(), status, 0, 0);
    }

    public static Progress of(String id, String status) {
        return new Progress(Optional.of(id), status, 0, 0);
    }

    public static Progress of(String id, String status, long current, long total) {
        return new Progress(Optional.of(id), status, current, total);
    }
}

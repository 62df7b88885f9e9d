package dev.estiba.api;

import java.util.Optional;

/**
 * How a start is told.
 *
 * @param width columns to keep to; 0: no limit
 * @param showEnvironment show the values of environment variables, which are often secrets
 * @param platform what the image must be for: {@code linux/arm64}
 */
public record ExplainOptions(Format format, int width, boolean showEnvironment, Optional<String> platform) {
    /** For whom. */
    public enum Format {
        TEXT,
        JSON
    }
}

package dev.estiba.api;

/**
 * How a start is told.
 *
 * @param width columns to keep to; 0: no limit
 * @param showEnvironment show the values of environment variables, which are often secrets
 * @param color mark what is important, for a terminal
 */
public record ExplainOptions(Format format, int width, boolean showEnvironment, boolean color) {
    /** For whom. */
    public enum Format {
        TEXT,
        JSON
    }
}

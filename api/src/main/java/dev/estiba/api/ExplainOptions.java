package dev.estiba.api;

/**
 * How a start is told.
 *
 * @param width columns to keep to; 0: no limit
 * @param showEnvironment show the values of environment variables, which are often secrets
 */
public record ExplainOptions(Format format, int width, boolean showEnvironment) {
    /** For whom. */
    public enum Format {
        TEXT,
        JSON
    }
}

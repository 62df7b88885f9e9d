package dev.estiba.api;

/** How a JSON document is laid out. */
public enum Layout {
    /** One line without spaces, for programs. */
    COMPACT,
    /** A line per value, four spaces a level: what {@code docker inspect} prints. */
    SPACES
}

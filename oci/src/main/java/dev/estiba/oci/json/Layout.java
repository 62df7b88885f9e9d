package dev.estiba.oci.json;

/** How a JSON document is laid out. */
public enum Layout {
    /** One line without spaces, for programs. */
    COMPACT,
    /** A line per value, one tab a level: what {@code spec} writes. */
    TABS,
    /** A line per value, two spaces a level: what {@code state} prints. */
    SPACES
}

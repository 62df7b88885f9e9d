package dev.estiba.api;

/** How Go writes what is not there: nil, an empty slice or map, or {@code omitempty}. */
enum Empty {
    NULL,
    BRACKETS,
    LEFT_OUT
}

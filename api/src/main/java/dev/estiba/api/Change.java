package dev.estiba.api;

/** Whether an operation had anything to do. */
public enum Change {
    DONE,
    /** It was so already: HTTP's 304. */
    NOT_MODIFIED
}

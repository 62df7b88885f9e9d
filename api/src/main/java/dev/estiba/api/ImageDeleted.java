package dev.estiba.api;

/** One line of what was removed: a name that was taken away, or what has gone. */
public sealed interface ImageDeleted {
    /** @param reference the name, or with a digest */
    record Untagged(String reference) implements ImageDeleted {}

    /** @param id of an image, or of a layer */
    record Deleted(String id) implements ImageDeleted {}
}

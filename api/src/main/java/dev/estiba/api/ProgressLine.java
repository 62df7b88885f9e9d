package dev.estiba.api;

/** One document of the streams in which the API tells how far a transfer is. */
public sealed interface ProgressLine {
    /** @param progress how far it is */
    record Told(Progress progress) implements ProgressLine {}

    /** @param text for a person, with its line's end: what an archive has brought */
    record Said(String text) implements ProgressLine {}

    /** @param message why it has ended before its end; nothing comes after it */
    record Failed(String message) implements ProgressLine {}
}

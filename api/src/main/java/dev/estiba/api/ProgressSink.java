package dev.estiba.api;

/** Hears how far something is. Called by several threads, often; what it throws ends nothing. */
@FunctionalInterface
public interface ProgressSink {
    ProgressSink NONE = progress -> {};

    void tell(Progress progress);
}

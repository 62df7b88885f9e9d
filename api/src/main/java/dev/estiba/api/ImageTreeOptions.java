package dev.estiba.api;

import java.util.Optional;

/**
 * @param platform which of several platforms' images; empty: this machine's
 * @param files how many are listed, of each layer or of all; the largest ones
 */
public record ImageTreeOptions(Optional<String> platform, int files) {
    /** More are not listed. */
    public static final int MOST_FILES = 100_000;

    public ImageTreeOptions {
        if (files < 0 || files > MOST_FILES) {
            throw new IllegalArgumentException("from 0 to " + MOST_FILES + " files are listed, not " + files);
        }
    }
}

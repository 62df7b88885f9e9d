package dev.estiba.cli.context;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** What is said of a file of contexts that could not be used. */
public final class Failures {
    private Failures() {}

    /** Our own sentences as they are; of what the system refuses, the file and why. */
    public static String of(IOException failure) {
        return switch (failure) {
            case AccessDeniedException denied -> "open " + denied.getFile() + ": permission denied";
            case NoSuchFileException missing -> "open " + missing.getFile() + ": no such file or directory";
            default -> String.valueOf(failure.getMessage());
        };
    }
}

package dev.estiba.cli.create;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** Why a file could not be used, in Go's words. */
public final class Reasons {
    private Reasons() {}

    static String open(String path, IOException failure) {
        return "open " + path + ": " + of(failure);
    }

    /** The same, of a file that was to be read whole (os.ReadFile): some can be opened and not read. */
    static String read(String path, IOException failure) {
        boolean isOpen = String.valueOf(failure.getMessage()).startsWith("read ");
        return (isOpen ? "read " : "open ") + path + ": " + of(failure);
    }

    public static String of(IOException failure) {
        if (failure instanceof NoSuchFileException || failure instanceof FileNotFoundException) {
            return "no such file or directory";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        String message = String.valueOf(failure.getMessage());
        int colon = message.lastIndexOf(": ");
        // strerror(3) begins with a capital, and our own errors have the number's name behind it.
        String reason = message.substring(colon < 0 ? 0 : colon + 2).replaceFirst(" \\(E[A-Z0-9]+\\)$", "");
        return reason.isEmpty() ? reason : reason.substring(0, 1).toLowerCase(Locale.ROOT) + reason.substring(1);
    }
}

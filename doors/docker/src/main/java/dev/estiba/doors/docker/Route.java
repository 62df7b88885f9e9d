package dev.estiba.doors.docker;

import java.io.IOException;
import java.util.Optional;

/**
 * One row of the API's table.
 *
 * @param method of HTTP
 * @param path with at most one name in braces, which any text without end may stand for, slashes included
 * @param kind how it goes about its time
 * @param handler answers; what it throws is the answer when it has not begun to give one
 * @param prompt asked before a thread is found for the handler, by the connection's own
 */
record Route(String method, String path, Kind kind, Handler handler, Prompt prompt) {
    /** How long a request takes, and what its body is. */
    enum Kind {
        /** Answered at once, by the connection's own thread, which others wait for: no file, no lock, no call. */
        PROMPT,
        /** Soon over; a document, read before, or no body. */
        CALL,
        /** May wait for a container, a registry, a disk; else as {@link #CALL}. Who leaves does not break it off. */
        LONG,
        /** The same; when the client leaves, its thread is interrupted. */
        STREAM,
        /** The same, and the handler reads the body. */
        UPLOAD,
        /** The connection becomes the container's. */
        HIJACK
    }

    @FunctionalInterface
    interface Handler {
        void answer(Exchange exchange) throws IOException;
    }

    /** May have the answer ready, as {@link Kind#PROMPT} has it. */
    @FunctionalInterface
    interface Prompt {
        Prompt NONE = exchange -> false;

        /** Whether it has answered; the handler does elsewhere, and also when it throws something. */
        boolean hasAnswered(Exchange exchange) throws IOException;
    }

    Route(String method, String path, Kind kind, Handler handler) {
        this(method, path, kind, handler, Prompt.NONE);
    }

    boolean isUpload() {
        return kind == Kind.UPLOAD;
    }

    boolean isHijack() {
        return kind == Kind.HIJACK;
    }

    boolean isInterruptible() {
        return kind == Kind.STREAM || kind == Kind.UPLOAD;
    }

    /** What stands for the name; an empty text where the path has none. Empty when it is another path. */
    Optional<String> match(String actual) {
        int open = path.indexOf('{');
        if (open < 0) {
            return actual.equals(path) ? Optional.of("") : Optional.empty();
        }
        String before = path.substring(0, open);
        String after = path.substring(path.indexOf('}') + 1);
        boolean fits = actual.length() > before.length() + after.length()
                && actual.startsWith(before)
                && actual.endsWith(after);
        return fits
                ? Optional.of(actual.substring(before.length(), actual.length() - after.length()))
                : Optional.empty();
    }
}

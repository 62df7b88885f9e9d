package dev.estiba.engine.files;

import dev.estiba.api.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A path in a container, as a client has written it, with Docker's rules: from the root on, "." and ".." taken as text, and a "/" or
 * "/." at its end kept, which say that it is a directory.
 *
 * @param clean absolute, without a slash at its end but for the root
 * @param end "", "/" or "/."
 */
public record ContainerPath(String clean, String end) {
    /** PATH_MAX and NAME_MAX, in bytes (limits.h). */
    private static final int LONGEST = 4096;

    private static final int LONGEST_NAME = 255;

    /** @throws ApiException 400 for what is no path */
    public static ContainerPath of(String given) throws ApiException {
        if (given.isEmpty()) {
            throw ApiException.badRequest("bad parameter: path cannot be empty");
        }
        if (given.indexOf('\0') >= 0) {
            throw ApiException.badRequest("bad parameter: path has a NUL: " + given.replace('\0', '?'));
        }
        if (given.getBytes(StandardCharsets.UTF_8).length >= LONGEST
                || List.of(given.split("/")).stream()
                        .anyMatch(part -> part.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME)) {
            throw ApiException.badRequest("bad parameter: path is too long: file name too long");
        }
        Deque<String> parts = new ArrayDeque<>();
        for (String part : given.split("/")) {
            switch (part) {
                case "", "." -> {}
                case ".." -> parts.pollLast();
                default -> parts.addLast(part);
            }
        }
        String end = given.equals(".") || given.endsWith("/.") ? "/." : given.endsWith("/") ? "/" : "";
        return new ContainerPath("/" + String.join("/", parts), end);
    }

    boolean isRoot() {
        return clean.equals("/");
    }

    /** Whether it can only be a directory's. */
    boolean assertsDirectory() {
        return isRoot() || !end.isEmpty();
    }

    /** Its last part, as Go's filepath.Base has it. */
    String base() {
        if (end.equals("/.")) {
            return ".";
        }
        return isRoot() ? "/" : clean.substring(clean.lastIndexOf('/') + 1);
    }

    byte[] name() {
        return clean.substring(clean.lastIndexOf('/') + 1).getBytes(StandardCharsets.UTF_8);
    }

    String parent() {
        int slash = clean.lastIndexOf('/');
        return slash <= 0 ? "/" : clean.substring(0, slash);
    }

    /** As it is told. */
    @Override
    public String toString() {
        return isRoot() ? clean + (end.equals("/.") ? "." : "") : clean + end;
    }
}

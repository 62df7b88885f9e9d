package dev.estiba.cli.copy;

import java.util.ArrayDeque;
import java.util.Deque;

/** Paths as text, by the rules of Go's path/filepath and of Docker's, for which a "/" or "/." at the end says something. */
public final class GoPath {
    private GoPath() {}

    /** filepath.Clean. */
    public static String clean(String path) {
        boolean isAbsolute = path.startsWith("/");
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            boolean isUp = part.equals("..");
            if (isUp && !parts.isEmpty() && !parts.peekLast().equals("..")) {
                parts.removeLast();
            } else if (!part.isEmpty() && !part.equals(".") && !(isUp && isAbsolute)) {
                parts.addLast(part);
            }
        }
        String joined = String.join("/", parts);
        return isAbsolute ? "/" + joined : joined.isEmpty() ? "." : joined;
    }

    /** filepath.Join. */
    public static String join(String directory, String name) {
        return clean(directory.isEmpty() ? name : directory + "/" + name);
    }

    /** filepath.Base. */
    public static String base(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        if (end == 0) {
            return path.isEmpty() ? "." : "/";
        }
        return path.substring(path.lastIndexOf('/', end - 1) + 1, end);
    }

    /** filepath.Dir. */
    public static String directory(String path) {
        return clean(path.substring(0, path.lastIndexOf('/') + 1));
    }

    static boolean endsInSeparator(String path) {
        return path.endsWith("/");
    }

    static boolean saysCurrentDirectory(String path) {
        return base(path).equals(".");
    }

    /** Whether such a path can only be a directory's. */
    static boolean assertsDirectory(String path) {
        return endsInSeparator(path) || saysCurrentDirectory(path);
    }

    /** What was at the end of the original is at the end of the cleaned one. */
    public static String preserveEnd(String cleaned, String original) {
        String path = cleaned;
        if (!saysCurrentDirectory(path) && saysCurrentDirectory(original)) {
            path = (endsInSeparator(path) ? path : path + "/") + ".";
        }
        return !endsInSeparator(path) && endsInSeparator(original) ? path + "/" : path;
    }

    /** Where something is, and what it is called there. */
    public record Split(String directory, String base) {}

    /** SplitPathDirEntry: "/a/b/." is "." in "/a/b". */
    public static Split split(String path) {
        String cleaned = clean(path);
        if (saysCurrentDirectory(path)) {
            return new Split(cleaned, ".");
        }
        return new Split(directory(cleaned), base(cleaned));
    }

    /** A link's target, and what its content is to be called so that it has the name that was asked for. */
    public record Rebased(String path, String name) {}

    /** GetRebaseName. */
    public static Rebased rebase(String path, String resolved) {
        String target = resolved;
        if (saysCurrentDirectory(path) && !saysCurrentDirectory(target)) {
            target += "/.";
        }
        if (endsInSeparator(path) && !endsInSeparator(target)) {
            target += "/";
        }
        return new Rebased(target, base(path).equals(base(target)) ? "" : base(path));
    }
}

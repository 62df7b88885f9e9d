package dev.estiba.runtime.compile;

import java.util.ArrayDeque;
import java.util.Deque;

/** Paths as text: only for decisions and messages. Who opens a path does so beneath a descriptor. */
public final class Paths {
    private Paths() {}

    /** Without empty and dot components, ".." taken back by the letter: what Go's filepath.Clean does to an absolute path. */
    public static String clean(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    /** {@code path} seen from {@code directory}. */
    public static String resolve(String directory, String path) {
        return clean(path.startsWith("/") ? path : directory + "/" + path);
    }
}

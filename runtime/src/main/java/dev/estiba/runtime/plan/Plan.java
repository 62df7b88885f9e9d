package dev.estiba.runtime.plan;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A finished plan: what each actor does, and the data that the steps point into.
 *
 * @param pointers offsets in the data of eight-byte words that hold data offsets and become addresses when loaded
 * @param registers how many there are, the reserved ones included
 */
public record Plan(Map<Actor, Part> parts, byte[] data, int[] pointers, int registers) {
    /** One actor's steps, what precedes their sentences in a failure, and the status after one. */
    public record Part(List<Step> steps, String failurePrefix, int exitStatus) {
        static final Part EMPTY = new Part(List.of(), "", 1);
    }

    public Plan {
        parts = parts.isEmpty() ? Map.of() : new EnumMap<>(parts);
    }

    public Part part(Actor actor) {
        return parts.getOrDefault(actor, Part.EMPTY);
    }
}

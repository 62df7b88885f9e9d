package dev.estiba.engine.network;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Which containers have linked which, so that nobody needs to look through all records for it. Safe for all threads. */
public final class LinkIndex {
    /** The linking ones by the linked one; all by id. */
    private final Map<String, Set<String>> parents = new HashMap<>();

    public synchronized void add(String parent, String child) {
        parents.computeIfAbsent(child, _ -> new HashSet<>()).add(parent);
    }

    /** Who has linked it. One that links it no more, or that has gone, may be among them. */
    public synchronized Set<String> parents(String child) {
        return Set.copyOf(parents.getOrDefault(child, Set.of()));
    }

    /** Whether nobody has linked anybody. */
    public synchronized boolean isEmpty() {
        return parents.isEmpty();
    }

    /** The container has gone. */
    synchronized void remove(String container) {
        parents.remove(container);
        parents.values().forEach(all -> all.remove(container));
        parents.values().removeIf(Set::isEmpty);
    }
}

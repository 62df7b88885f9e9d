package dev.estiba.runtime.seccomp;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Compiled filters by the profile they come from: most containers of a machine share one profile, and compiling it
 * costs more than all else that a plan does with it.
 *
 * <p>Safe for any number of threads. Two that miss the same key at once compile it twice, into equal programs; nobody
 * waits for another's compilation.
 *
 * @param <K> the profile as the caller has it, its received bytes for instance; immutable, with equals and hashCode by
 *     value. A machine has one native architecture, so the key need not hold it.
 */
public final class FilterCache<K> {
    private final int capacity;
    private final Map<K, FilterProgram> programs;

    /** @param capacity how many programs are kept; the one that was not asked for longest goes first */
    public FilterCache(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a cache of " + capacity + " filters keeps nothing");
        }
        this.capacity = capacity;
        this.programs = new LinkedHashMap<>(16, 0.75f, true);
    }

    /**
     * Makes the program when the cache has none.
     *
     * @param <X> what may go wrong: a refused profile is not remembered, it is refused again
     */
    @FunctionalInterface
    public interface Source<X extends Exception> {
        FilterProgram compile() throws X;
    }

    /** The program for that key, from the cache or from its source. */
    public <X extends Exception> FilterProgram get(K key, Source<X> source) throws X {
        synchronized (programs) {
            FilterProgram known = programs.get(key);
            if (known != null) {
                return known;
            }
        }
        FilterProgram compiled = source.compile();
        synchronized (programs) {
            programs.put(key, compiled);
            if (programs.size() > capacity) {
                var eldest = programs.entrySet().iterator();
                eldest.next();
                eldest.remove();
            }
        }
        return compiled;
    }

    /** How many programs are kept now. */
    public int size() {
        synchronized (programs) {
            return programs.size();
        }
    }
}

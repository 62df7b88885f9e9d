package dev.estiba.rules.planted.linux;

import dev.estiba.rules.planted.runtime.Fine;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;

/** Violates: the name, an arrow that points down, static state, an unmarked package. Its use of FFM is allowed. */
public final class ProcessUtil {
    static int counter;
    static final HashMap<String, String> CACHE = new HashMap<>();
    static final Map<String, String> CONSTANTS = Map.of();

    private ProcessUtil() {}

    public static Fine fine() {
        try (Arena arena = Arena.ofConfined()) {
            counter += (int) arena.allocate(8).byteSize();
        }
        return new Fine();
    }
}

package dev.estiba.daemon.tracing;

import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Something that took a while.
 *
 * @param trace of what call it is a part, 32 hexadecimal digits
 * @param id of 16
 * @param parent what it is a part of; absent: it is the call itself
 * @param start nanoseconds since 1970
 * @param error why it has failed
 */
record Span(
        String trace,
        String id,
        Optional<String> parent,
        String name,
        long start,
        long end,
        Map<String, String> attributes,
        Optional<String> error) {
    private static final int TRACE = 16;
    private static final int SPAN = 8;

    Span {
        attributes = Map.copyOf(attributes);
    }

    static String newTrace() {
        return hex(TRACE);
    }

    static String newId() {
        return hex(SPAN);
    }

    private static String hex(int length) {
        byte[] bytes = new byte[length];
        ThreadLocalRandom.current().nextBytes(bytes);
        bytes[0] |= 1; // of zeros alone it would be none
        return HexFormat.of().formatHex(bytes);
    }
}

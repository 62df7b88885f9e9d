package dev.estiba.content.tar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The records of a PAX header that is being written, in the order of their keys' bytes: equal entries are equal bytes. */
final class PaxText {
    private final Map<String, byte[]> records = new TreeMap<>();

    /** {@code key} in Latin-1: a character for each byte. */
    void put(String key, byte[] value) {
        records.put(key, value);
    }

    void put(String key, long value) {
        put(key, Long.toString(value).getBytes(StandardCharsets.US_ASCII));
    }

    void put(String key, Instant time) {
        put(key, decimal(time).getBytes(StandardCharsets.US_ASCII));
    }

    /** {@code -0.5} is half a second before 1970, which Instant has as -1 and a half. */
    private static String decimal(Instant time) {
        long seconds = time.getEpochSecond();
        int nanos = time.getNano();
        if (nanos == 0) {
            return Long.toString(seconds);
        }
        boolean isNegative = seconds < 0;
        String fraction = String.format(Locale.ROOT, "%09d", isNegative ? 1_000_000_000 - nanos : nanos)
                .replaceAll("0+$", "");
        return (isNegative ? "-" + -(seconds + 1) : Long.toString(seconds)) + "." + fraction;
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        records.forEach((key, value) -> {
            byte[] word = key.getBytes(StandardCharsets.ISO_8859_1);
            // The length counts its own digits.
            int rest = word.length + value.length + 3;
            int length = rest + Integer.toString(rest).length();
            length = rest + Integer.toString(length).length();
            out.writeBytes((length + " ").getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(word);
            out.write('=');
            out.writeBytes(value);
            out.write('\n');
        });
        return out.toByteArray();
    }
}

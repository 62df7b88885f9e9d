package dev.estiba.doors.docker;

import java.util.Locale;
import java.util.Optional;

/** How one event follows another: since version 1.52 a client may choose. */
enum EventMedia {
    /** A line each, as it has always been; the type says less than it is. */
    JSON("application/json"),
    JSON_LINES("application/jsonl"),
    NEWLINE_DELIMITED("application/x-ndjson"),
    /** RFC 7464: each begins with a character of its own. */
    SEQUENCE("application/json-seq");

    private static final byte RECORD_SEPARATOR = 0x1e;

    private final String contentType;

    EventMedia(String contentType) {
        this.contentType = contentType;
    }

    String contentType() {
        return contentType;
    }

    /** The first one that a client accepts (RFC 9110, 12.5.1); weights do not count. */
    static EventMedia of(ApiVersion version, Optional<String> accept) {
        if (version.isBefore(52) || accept.isEmpty()) {
            return JSON;
        }
        for (String each : accept.get().split(",", -1)) {
            String wanted = each.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
            for (EventMedia known : values()) {
                if (known.contentType.equals(wanted)) {
                    return known;
                }
            }
        }
        return JSON;
    }

    byte[] record(byte[] json) {
        byte[] line = Responses.line(json);
        if (this != SEQUENCE) {
            return line;
        }
        byte[] whole = new byte[line.length + 1];
        whole[0] = RECORD_SEPARATOR;
        System.arraycopy(line, 0, whole, 1, line.length);
        return whole;
    }
}

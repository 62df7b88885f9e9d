package dev.estiba.runtime.record;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A container's init: the file {@code init}.
 *
 * @param pid in the runtime's pid namespace
 * @param start when it was started, in clock ticks since boot (proc(5), field 22 of stat): a later process of the same
 *     number has another
 */
public record InitRecord(int pid, long start) {
    private static final Pattern TEXT = Pattern.compile("\\{\"pid\": *(\\d{1,10}),\"start\": *(\\d{1,18})\\}\\s*");
    private static final int MAX_BYTES = 256;

    /** Empty when the bytes are none: a file that was cut short names no process. */
    public static Optional<InitRecord> parse(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            return Optional.empty();
        }
        Matcher matcher = TEXT.matcher(new String(bytes, StandardCharsets.US_ASCII));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long pid = Long.parseLong(matcher.group(1));
        boolean isPid = pid > 0 && pid <= Integer.MAX_VALUE;
        return isPid ? Optional.of(new InitRecord((int) pid, Long.parseLong(matcher.group(2)))) : Optional.empty();
    }
}

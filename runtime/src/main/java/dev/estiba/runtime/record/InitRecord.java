package dev.estiba.runtime.record;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file {@code init}: a container's first process.
 *
 * @param pid in the pid namespace of the runtime
 * @param start when it was started, in clock ticks since boot: tells it from a later process of that number
 */
public record InitRecord(long pid, long start) {
    private static final Pattern TEXT = Pattern.compile("\\{\"pid\": *([0-9]{1,10}),\"start\": *([0-9]{1,18})}\n");

    /** @throws DamagedRecord when the bytes are not what a plan writes */
    public static InitRecord read(byte[] bytes) {
        Matcher matcher = TEXT.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        if (!matcher.matches()) {
            throw new DamagedRecord("init: not what a plan writes");
        }
        return new InitRecord(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
    }
}

package dev.estiba.registry.server;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Requests for what a client has not yet: RFC 9110, 13 and 14. What a digest names never changes, so its ETag is the digest. */
final class Conditions {
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    private Conditions() {}

    /** A part of some bytes; both within them. */
    record Range(long first, long last) {}

    /** Whether the client has it already. */
    static boolean isKnown(Request request, String tag) {
        return request.headers().getAll("If-None-Match").stream()
                .flatMap(header -> Arrays.stream(header.split(",")))
                .map(String::strip)
                .map(each -> each.startsWith("W/") ? each.substring(2) : each)
                .anyMatch(each -> each.equals(tag) || each.equals("*"));
    }

    /**
     * What is wanted of it; empty: all. Several ranges are answered with all, as the RFC allows.
     *
     * @throws Refused when nothing of it is in the range
     */
    static Optional<Range> range(Request request, String tag, long size) throws Refused {
        Optional<String> wanted = request.header("Range");
        boolean isOther =
                request.header("If-Range").filter(each -> !each.equals(tag)).isPresent();
        if (wanted.isEmpty() || isOther) {
            return Optional.empty();
        }
        Matcher range = RANGE.matcher(wanted.get().strip());
        if (!range.matches() || range.group(1).isEmpty() && range.group(2).isEmpty()) {
            return Optional.empty();
        }
        long first;
        long last = size - 1;
        if (range.group(1).isEmpty()) {
            long length = Long.parseLong(range.group(2));
            first = length == 0 ? size : Math.max(0, size - length);
        } else {
            first = Long.parseLong(range.group(1));
            if (!range.group(2).isEmpty()) {
                long said = Long.parseLong(range.group(2));
                if (said < first) {
                    return Optional.empty(); // invalid, and so to be passed over
                }
                last = Math.min(last, said);
            }
        }
        if (first >= size) {
            throw new Refused(ErrorCode.RANGE_INVALID, "the blob has " + size + " bytes")
                    .with("Content-Range", "bytes */" + size);
        }
        return Optional.of(new Range(first, last));
    }
}

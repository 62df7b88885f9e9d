package dev.estiba.oci.json;

/**
 * One look at a document's bytes before the parser sees them. The parser accepts overlong forms and encoded surrogates
 * and would guess UTF-16 from NUL bytes; RFC 8259 section 8.1 wants UTF-8 and nothing else, and two readers of one
 * string that differ about its slashes are how paths are smuggled.
 */
final class Encoding {
    /** What {@link #examine} found: only a document with escapes can hold a NUL or half a surrogate pair. */
    static final int PLAIN = -1, WITH_ESCAPES = -2;

    private Encoding() {}

    /** {@link #PLAIN} or {@link #WITH_ESCAPES}, or the offset of the first byte that is no UTF-8 text. */
    static int examine(byte[] document) {
        int found = PLAIN;
        int length = document.length;
        for (int i = 0; i < length; i++) {
            byte unit = document[i];
            if (unit > 0) {
                if (unit == '\\') {
                    found = WITH_ESCAPES;
                }
                continue;
            }
            int size = unit == 0 ? 0 : sequence(document, i);
            if (size == 0) {
                return i;
            }
            i += size - 1;
        }
        return found;
    }

    /** Whether an escape left half of a surrogate pair, which no UTF-8 can say and C would get as something else. */
    static boolean hasHalfPair(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (!Character.isSurrogate(unit)) {
                continue;
            }
            boolean isPair = Character.isHighSurrogate(unit)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (!isPair) {
                return true;
            }
            i++;
        }
        return false;
    }

    /** RFC 8259 section 8.1 forbids to write one, and Go's encoding/json refuses it; the parser would skip it. */
    static boolean hasByteOrderMark(byte[] document) {
        return document.length >= 3
                && document[0] == (byte) 0xef
                && document[1] == (byte) 0xbb
                && document[2] == (byte) 0xbf;
    }

    /** The length of the well-formed sequence at {@code at} (Unicode 16, table 3-7), or 0. */
    private static int sequence(byte[] document, int at) {
        int lead = document[at] & 0xff;
        int second = continuation(document, at + 1);
        if (lead < 0xc2 || lead > 0xf4 || second < 0) {
            return 0;
        }
        if (lead < 0xe0) {
            return 2;
        }
        if (continuation(document, at + 2) < 0) {
            return 0;
        }
        if (lead < 0xf0) {
            boolean overlong = lead == 0xe0 && second < 0x20;
            boolean surrogate = lead == 0xed && second >= 0x20;
            return overlong || surrogate ? 0 : 3;
        }
        boolean overlong = lead == 0xf0 && second < 0x10;
        boolean beyond = lead == 0xf4 && second >= 0x10;
        return overlong || beyond || continuation(document, at + 3) < 0 ? 0 : 4;
    }

    /** The six bits of a continuation byte, or -1. */
    private static int continuation(byte[] document, int at) {
        return at < document.length && (document[at] & 0xc0) == 0x80 ? document[at] & 0x3f : -1;
    }
}

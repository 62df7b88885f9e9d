package dev.estiba.content.tar;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;

/** Numbers as headers have them: octal digits, GNU's base 256, PAX's decimal digits and times. Nothing overflows. */
final class TarNumbers {
    private TarNumbers() {}

    /**
     * A number of a header block. Octal digits may have spaces and NULs around them, as old writers pad on either side, and an
     * empty field is 0 (Go's reading). With its first bit set a field is a two's complement number of the other bits: 0x80 and
     * 0xff begin positive and negative ones.
     */
    static long field(String what, byte[] block, int at, int length) throws Flaw {
        return (block[at] & 0x80) != 0 ? binary(what, block, at, length) : octal(what, block, at, length);
    }

    private static long binary(String what, byte[] block, int at, int length) throws Flaw {
        int invert = (block[at] & 0x40) != 0 ? 0xff : 0;
        long value = 0;
        for (int i = 0; i < length; i++) {
            int digit = (block[at + i] ^ invert) & (i == 0 ? 0x7f : 0xff);
            if (value >>> 55 != 0) {
                throw new Flaw(what + " does not fit into 64 bits");
            }
            value = value << 8 | digit;
        }
        return invert == 0 ? value : ~value;
    }

    private static long octal(String what, byte[] block, int at, int length) throws Flaw {
        int from = at;
        int to = at + length;
        while (from < to && isPadding(block[from])) {
            from++;
        }
        while (from < to && isPadding(block[to - 1])) {
            to--;
        }
        long value = 0;
        for (int i = from; i < to && block[i] != 0; i++) {
            if (block[i] < '0' || block[i] > '7') {
                throw new Flaw(
                        what + " is no octal number: " + TarBytes.of(Arrays.copyOfRange(block, at, at + length)));
            }
            // 12 digits at most, 36 bits.
            value = value << 3 | block[i] - '0';
        }
        return value;
    }

    private static boolean isPadding(byte one) {
        return one == ' ' || one == 0;
    }

    /** A decimal number of a PAX record, with a minus at most. */
    static long decimal(String what, byte[] text) throws Flaw {
        return decimal(what, text, 0, text.length);
    }

    static long decimal(String what, byte[] text, int from, int to) throws Flaw {
        boolean isNegative = from < to && text[from] == '-';
        int first = isNegative ? from + 1 : from;
        if (first == to) {
            throw new Flaw(what + " is no number: " + TarBytes.of(text));
        }
        long value = 0;
        for (int i = first; i < to; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                throw new Flaw(what + " is no number: " + TarBytes.of(text));
            }
            if (value > (Long.MAX_VALUE - digit) / 10) {
                throw new Flaw(what + " does not fit into 64 bits: " + TarBytes.of(text));
            }
            value = value * 10 + digit;
        }
        return isNegative ? -value : value;
    }

    /** A time of a PAX record, {@code -1.25}: digits beyond nanoseconds are rounded to the past, as GNU tar does. */
    static Instant time(String what, byte[] text) throws Flaw {
        int point = 0;
        while (point < text.length && text[point] != '.') {
            point++;
        }
        long seconds = decimal(what, text, 0, point);
        boolean isNegative = text[0] == '-';
        int nanos = 0;
        boolean isCut = false;
        int scale = 100_000_000;
        for (int i = point + 1; i < text.length; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                throw new Flaw(what + " is no time: " + TarBytes.of(text));
            }
            nanos += digit * scale;
            isCut |= scale == 0 && digit != 0;
            scale /= 10;
        }
        return instant(what, seconds, isNegative ? -nanos - (isCut ? 1 : 0) : nanos);
    }

    static Instant instant(String what, long seconds, long nanos) throws Flaw {
        try {
            return Instant.ofEpochSecond(seconds, nanos);
        } catch (DateTimeException | ArithmeticException e) {
            throw new Flaw(what + " is beyond all times: " + seconds + " seconds");
        }
    }
}

package dev.estiba.content.tar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A header block of POSIX's that is being written. What does not fit is for a PAX record; the caller asks before. */
final class UstarBlock {
    /** The last number of seven octal digits, and of eleven. */
    static final long LAST_SHORT = (1L << 21) - 1;

    static final long LAST_LONG = (1L << 33) - 1;
    static final int TARGET = 100;

    /** A NUL ends an owner's name always. */
    static final int OWNER = 31;

    private static final int NAME = 100;
    private static final int PREFIX = 155;

    private final byte[] block = new byte[TarHeader.BLOCK];

    UstarBlock(char type) {
        block[156] = (byte) type;
        put(257, "ustar\00000".getBytes(StandardCharsets.US_ASCII));
    }

    /** Where the slash is that parts a name between the two fields; 0 when it fits into one, -1 when into none. */
    private static int split(TarBytes name) {
        if (name.length() <= NAME) {
            return 0;
        }
        for (int i = Math.max(1, name.length() - NAME - 1); i <= PREFIX && i < name.length() - 1; i++) {
            if (name.at(i) == '/') {
                return i;
            }
        }
        return -1;
    }

    static boolean fits(TarBytes name) {
        return split(name) >= 0;
    }

    /** A name; of one that does not fit, the beginning, for readers that know no PAX. */
    UstarBlock name(TarBytes name) {
        int slash = split(name);
        if (slash > 0) {
            put(345, name.part(0, slash).toArray());
            put(0, name.part(slash + 1, name.length()).toArray());
        } else {
            put(0, Arrays.copyOf(name.toArray(), Math.min(name.length(), NAME)));
        }
        return this;
    }

    UstarBlock target(TarBytes target) {
        put(157, Arrays.copyOf(target.toArray(), Math.min(target.length(), TARGET)));
        return this;
    }

    UstarBlock owner(TarMetadata of) {
        octal(100, 7, of.mode());
        octal(108, 7, of.uid() > LAST_SHORT ? 0 : of.uid());
        octal(116, 7, of.gid() > LAST_SHORT ? 0 : of.gid());
        put(265, Arrays.copyOf(of.user().toArray(), Math.min(of.user().length(), OWNER)));
        put(297, Arrays.copyOf(of.group().toArray(), Math.min(of.group().length(), OWNER)));
        long seconds = of.modified().getEpochSecond();
        octal(136, 11, seconds < 0 || seconds > LAST_LONG ? 0 : seconds);
        return this;
    }

    UstarBlock size(long size) {
        octal(124, 11, size > LAST_LONG ? 0 : size);
        return this;
    }

    UstarBlock device(int major, int minor) {
        octal(329, 7, major > LAST_SHORT ? 0 : major);
        octal(337, 7, minor > LAST_SHORT ? 0 : minor);
        return this;
    }

    /** The finished block. */
    byte[] sealed() {
        Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte one : block) {
            sum += one & 0xff;
        }
        // Six digits, a NUL and a space: the one field that is written so.
        octal(148, 6, sum);
        block[154] = 0;
        return block;
    }

    private void octal(int at, int digits, long number) {
        long rest = number;
        for (int i = at + digits - 1; i >= at; i--) {
            block[i] = (byte) ('0' + (rest & 7));
            rest >>>= 3;
        }
    }

    private void put(int at, byte[] bytes) {
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }
}

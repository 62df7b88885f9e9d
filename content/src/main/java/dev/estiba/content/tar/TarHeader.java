package dev.estiba.content.tar;

import java.util.Arrays;

/** One header block whose checksum is right, and its fields as they are at fixed places (POSIX, pax, "ustar Interchange"). */
final class TarHeader {
    static final int BLOCK = 512;

    /** What the formats differ in: where a name's beginning may be. */
    private enum Format {
        V7,
        USTAR,
        STAR,
        GNU
    }

    private final byte[] block;
    private final Format format;

    private TarHeader(byte[] block) {
        this.block = block;
        this.format = formatOf(block);
    }

    /** Checks and takes a block. */
    static TarHeader of(byte[] block) throws Flaw {
        checkSum(block);
        return new TarHeader(block);
    }

    static boolean isZero(byte[] block) {
        for (byte one : block) {
            if (one != 0) {
                return false;
            }
        }
        return true;
    }

    /** The sum of all bytes, those of the sum itself taken for spaces; old writers summed signed bytes. */
    private static void checkSum(byte[] block) throws Flaw {
        long said = TarNumbers.field("the header's checksum", block, 148, 8);
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < BLOCK; i++) {
            byte one = i >= 148 && i < 156 ? (byte) ' ' : block[i];
            unsigned += one & 0xff;
            signed += one;
        }
        if (said != unsigned && said != signed) {
            throw new Flaw("this is no header, or a damaged one: its checksum is " + said + " where its bytes make "
                    + unsigned);
        }
    }

    private static Format formatOf(byte[] block) {
        if (has(block, 257, "ustar  \0")) {
            return Format.GNU;
        }
        if (has(block, 257, "ustar\0")) {
            return has(block, 508, "tar\0") ? Format.STAR : Format.USTAR;
        }
        return Format.V7;
    }

    private static boolean has(byte[] block, int at, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (block[at + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    int type() {
        return block[156] & 0xff;
    }

    boolean isGnu() {
        return format == Format.GNU;
    }

    TarBytes name() {
        TarBytes name = text(0, 100);
        TarBytes prefix = switch (format) {
            case USTAR -> text(345, 155);
            // Times follow there.
            case STAR -> text(345, 131);
            case GNU, V7 -> TarBytes.EMPTY;
        };
        return prefix.isEmpty() ? name : joined(prefix, name);
    }

    private static TarBytes joined(TarBytes prefix, TarBytes name) {
        byte[] whole = Arrays.copyOf(prefix.toArray(), prefix.length() + 1 + name.length());
        whole[prefix.length()] = '/';
        System.arraycopy(name.toArray(), 0, whole, prefix.length() + 1, name.length());
        return TarBytes.owned(whole);
    }

    TarBytes linkName() {
        return text(157, 100);
    }

    TarBytes user() {
        return format == Format.V7 ? TarBytes.EMPTY : text(265, 32);
    }

    TarBytes group() {
        return format == Format.V7 ? TarBytes.EMPTY : text(297, 32);
    }

    long mode() throws Flaw {
        return TarNumbers.field("its mode", block, 100, 8);
    }

    long uid() throws Flaw {
        return TarNumbers.field("its owner's number", block, 108, 8);
    }

    long gid() throws Flaw {
        return TarNumbers.field("its group's number", block, 116, 8);
    }

    long size() throws Flaw {
        return TarNumbers.field("its size", block, 124, 12);
    }

    long modified() throws Flaw {
        return TarNumbers.field("its time", block, 136, 12);
    }

    long major() throws Flaw {
        return format == Format.V7 ? 0 : TarNumbers.field("its device's major number", block, 329, 8);
    }

    long minor() throws Flaw {
        return format == Format.V7 ? 0 : TarNumbers.field("its device's minor number", block, 337, 8);
    }

    /** For the places that only GNU's sparse files have. */
    byte[] block() {
        return block;
    }

    /** Up to the first NUL; a field that is full has none. */
    private TarBytes text(int at, int length) {
        int end = at;
        while (end < at + length && block[end] != 0) {
            end++;
        }
        return TarBytes.owned(Arrays.copyOfRange(block, at, end));
    }
}

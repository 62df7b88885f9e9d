package dev.estiba.content.tar;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Bytes as an archive has them: a name, a link's target, an attribute's value. Ordered as unsigned bytes. */
public final class TarBytes implements Comparable<TarBytes> {
    /** No byte at all. */
    public static final TarBytes EMPTY = new TarBytes(new byte[0]);

    /** Of what is longer, errors show the beginning. */
    private static final int SHOWN = 200;

    private final byte[] bytes;

    private TarBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy of these bytes. */
    public static TarBytes of(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new TarBytes(bytes.clone());
    }

    /** A text in UTF-8, as which most names are written. */
    public static TarBytes of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** For bytes that nobody else holds. */
    static TarBytes owned(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new TarBytes(bytes);
    }

    /** A copy of the bytes. */
    public byte[] toArray() {
        return bytes.clone();
    }

    /** How many bytes. */
    public int length() {
        return bytes.length;
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return bytes.length == 0;
    }

    /** The byte at a place, 0 to 255. */
    public int at(int index) {
        return bytes[index] & 0xff;
    }

    /** Whether this byte occurs. */
    public boolean has(int value) {
        for (byte one : bytes) {
            if (one == (byte) value) {
                return true;
            }
        }
        return false;
    }

    /** Whether the last byte is this one. */
    public boolean endsWith(int value) {
        return bytes.length > 0 && bytes[bytes.length - 1] == (byte) value;
    }

    TarBytes part(int from, int to) {
        return owned(Arrays.copyOfRange(bytes, from, to));
    }

    /** For a person: quoted, in one line, with {@code \xNN} for what is no printable UTF-8, and cut when it is long. */
    public String printable() {
        int shown = Math.min(bytes.length, SHOWN);
        StringBuilder out = new StringBuilder("\"");
        for (int at = 0; at < shown; ) {
            at = show(out, at);
        }
        return out.append(shown < bytes.length ? "\"… (" + bytes.length + " bytes)" : "\"")
                .toString();
    }

    /** Appends the character at a place, or its first byte when it is none; gives the place after it. */
    private int show(StringBuilder out, int at) {
        int first = at(at);
        if (first >= ' ' && first < 0x7f) {
            out.append(first == '"' || first == '\\' ? "\\" : "").append((char) first);
            return at + 1;
        }
        int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1;
        if (length > 1 && at + length <= bytes.length) {
            try {
                String text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes, at, length))
                        .toString();
                if (text.codePointCount(0, text.length()) == 1 && isVisible(text.codePointAt(0))) {
                    out.append(text);
                    return at + length;
                }
            } catch (CharacterCodingException e) {
                // Shown as the byte that it is.
            }
        }
        out.append("\\x").append(HexFormat.of().toHexDigits((byte) first));
        return at + 1;
    }

    /** Letters, digits, signs: not what moves a cursor, turns the direction of writing, or is a second byte's disguise. */
    private static boolean isVisible(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }

    @Override
    public int compareTo(TarBytes other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TarBytes that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** As {@link #printable()}. */
    @Override
    public String toString() {
        return printable();
    }
}

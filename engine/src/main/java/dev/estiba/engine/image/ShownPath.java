package dev.estiba.engine.image;

import dev.estiba.content.tar.TarBytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** An image's path for people: what could move a terminal's cursor, or is no text, is written as {@code \xNN}. */
final class ShownPath {
    private ShownPath() {}

    /** @param path without a slash at its beginning */
    static String of(TarBytes path) {
        return "/" + text(path);
    }

    static String text(TarBytes bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            return bytewise(bytes.toArray());
        }
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(point -> append(shown, point));
        return shown.toString();
    }

    private static void append(StringBuilder to, int point) {
        boolean isHidden = switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
        if (isHidden) {
            to.append(bytewise(Character.toString(point).getBytes(StandardCharsets.UTF_8)));
        } else {
            to.appendCodePoint(point);
        }
    }

    private static String bytewise(byte[] bytes) {
        StringBuilder shown = new StringBuilder();
        for (byte one : bytes) {
            boolean isPlain = one >= ' ' && one < 0x7f;
            shown.append(isPlain ? Character.toString(one) : String.format(Locale.ROOT, "\\x%02x", one));
        }
        return shown.toString();
    }
}

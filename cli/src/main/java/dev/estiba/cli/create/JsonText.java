package dev.estiba.cli.create;

import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.Quote;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/**
 * JSON without the white space between its tokens and everything else as it was written; what is no JSON is refused in the
 * words of Go's encoding/json (scanner.go), which people know from Docker's command. Holds no stack of calls for the
 * document's depth.
 */
final class JsonText {
    /** maxNestingDepth of scanner.go. */
    private static final int MAX_DEPTH = 10_000;

    private static final int NO_MORE = -1;

    /** What may come next. */
    private enum Next {
        VALUE,
        VALUE_OR_END,
        KEY,
        KEY_OR_END,
        AFTER_VALUE
    }

    private final byte[] json;
    private final ByteArrayOutputStream compact;

    /** For each level, from 1, whether it is an object. */
    private final BitSet isObject = new BitSet();

    private int depth;
    private int at;

    private JsonText(byte[] json) {
        this.json = json;
        this.compact = new ByteArrayOutputStream(json.length);
    }

    /** @throws BadValue when it is no JSON document, or more than one */
    static byte[] compact(byte[] json) throws BadValue {
        JsonText text = new JsonText(json);
        Next next = Next.VALUE;
        text.skipSpace();
        while (next != Next.AFTER_VALUE || text.depth > 0 || text.peek() != NO_MORE) {
            next = text.step(next);
            text.skipSpace();
        }
        return text.compact.toByteArray();
    }

    private Next step(Next next) throws BadValue {
        int unit = peek();
        if (unit == NO_MORE) {
            throw new BadValue("unexpected end of JSON input");
        }
        return switch (next) {
            case VALUE_OR_END -> unit == ']' ? close() : value(unit);
            case VALUE -> value(unit);
            case KEY_OR_END -> unit == '}' ? close() : key(unit);
            case KEY -> key(unit);
            case AFTER_VALUE -> afterValue(unit);
        };
    }

    private Next value(int unit) throws BadValue {
        switch (unit) {
            case '{' -> {
                return open(true);
            }
            case '[' -> {
                return open(false);
            }
            case '"' -> string();
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            default -> {
                if (unit != '-' && !isDigit(unit)) {
                    throw invalid(unit, "looking for beginning of value");
                }
                number();
            }
        }
        return Next.AFTER_VALUE;
    }

    private Next open(boolean object) throws BadValue {
        if (depth == MAX_DEPTH) {
            throw invalid(peek(), "exceeded max depth");
        }
        take();
        isObject.set(++depth, object);
        return object ? Next.KEY_OR_END : Next.VALUE_OR_END;
    }

    private Next close() {
        take();
        depth--;
        return Next.AFTER_VALUE;
    }

    private Next key(int unit) throws BadValue {
        if (unit != '"') {
            throw invalid(unit, "looking for beginning of object key string");
        }
        string();
        skipSpace();
        int colon = peek();
        if (colon == NO_MORE) {
            throw new BadValue("unexpected end of JSON input");
        }
        require(colon == ':', colon, "after object key");
        return Next.VALUE;
    }

    private Next afterValue(int unit) throws BadValue {
        if (depth == 0) {
            throw invalid(unit, "after top-level value");
        }
        boolean object = isObject.get(depth);
        if (unit == (object ? '}' : ']')) {
            return close();
        }
        require(unit == ',', unit, object ? "after object key:value pair" : "after array element");
        return object ? Next.KEY : Next.VALUE;
    }

    private void string() throws BadValue {
        take();
        while (true) {
            int unit = peek();
            if (unit == NO_MORE) {
                throw new BadValue("unexpected end of JSON input");
            }
            require(unit >= ' ', unit, "in string literal");
            if (unit == '"') {
                return;
            }
            if (unit == '\\') {
                escape();
            }
        }
    }

    private void escape() throws BadValue {
        int unit = orSpace();
        require("bfnrt\\/\"u".indexOf(unit) >= 0, unit, "in string escape code");
        for (int i = 0; unit == 'u' && i < 4; i++) {
            int digit = orSpace();
            require("0123456789abcdefABCDEF".indexOf(digit) >= 0, digit, "in \\u hexadecimal character escape");
        }
    }

    private void literal(String word) throws BadValue {
        take();
        for (int i = 1; i < word.length(); i++) {
            int unit = orSpace();
            require(unit == word.charAt(i), unit, "in literal " + word + " (expecting '" + word.charAt(i) + "')");
        }
    }

    private void number() throws BadValue {
        if (peek() == '-') {
            take();
        }
        boolean isZero = peek() == '0';
        digits("in numeric literal", isZero);
        if (peek() == '.') {
            take();
            digits("after decimal point in numeric literal", false);
        }
        if (peek() == 'e' || peek() == 'E') {
            take();
            if (peek() == '+' || peek() == '-') {
                take();
            }
            digits("in exponent of numeric literal", false);
        }
    }

    private void digits(String place, boolean single) throws BadValue {
        int first = orSpace();
        require(isDigit(first), first, place);
        while (!single && isDigit(peek())) {
            take();
        }
    }

    private static boolean isDigit(int unit) {
        return unit >= '0' && unit <= '9';
    }

    private void skipSpace() {
        while (at < json.length && " \t\r\n".indexOf(json[at]) >= 0) {
            at++;
        }
    }

    private int peek() {
        return at < json.length ? Byte.toUnsignedInt(json[at]) : NO_MORE;
    }

    /** Within a token, where Go asks at the document's end whether a blank would end it. */
    private int orSpace() {
        return at < json.length ? peek() : ' ';
    }

    private void take() {
        compact.write(json[at++]);
    }

    /** Takes what is as it must be. */
    private void require(boolean condition, int unit, String place) throws BadValue {
        if (!condition) {
            throw invalid(unit, place);
        }
        take();
    }

    /** quoteChar of scanner.go. */
    private static BadValue invalid(int unit, String place) {
        String quoted = Quote.go(new String(new byte[] {(byte) unit}, StandardCharsets.ISO_8859_1));
        String inner = switch (unit) {
            case '\'' -> "\\'";
            case '"' -> "\"";
            default -> quoted.substring(1, quoted.length() - 1);
        };
        return new BadValue("invalid character '" + inner + "' " + place);
    }
}

package dev.estiba.cli.template;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/** Whole numbers, and bytes, as fmt's verbs for them print them. */
final class GoIntegers {
    private GoIntegers() {}

    static String character(long number) {
        boolean isOne = number >= 0 && number <= Character.MAX_CODE_POINT;
        return isOne ? Character.toString((int) number) : "\ufffd";
    }

    static String unicode(long number, boolean isShown) {
        return String.format(Locale.ROOT, "U+%04X", number) + (isShown ? " '" + character(number) + "'" : "");
    }

    /** d, b, o, O, x and X, and v. */
    static String digits(long number, Directive directive) {
        int verb = directive.verb();
        int base = switch (verb) {
            case 'b' -> 2;
            case 'o', 'O' -> 8;
            case 'x', 'X' -> 16;
            default -> 10;
        };
        String digits = Long.toString(number, base);
        boolean isNegative = digits.startsWith("-");
        digits = isNegative ? digits.substring(1) : digits;
        if (directive.precision() == 0 && number == 0) {
            digits = "";
        }
        String before = (isNegative ? "-" : directive.sign()) + prefix(verb, directive.has('#'));
        int wanted = directive.precision();
        if (wanted == Directive.NONE && directive.has('0') && !directive.has('-') && directive.width() > 0) {
            wanted = directive.width() - (isNegative ? 1 : directive.sign().length());
        }
        String all = before + "0".repeat(Math.max(0, wanted - digits.length())) + digits;
        return verb == 'X' ? all.toUpperCase(Locale.ROOT) : all;
    }

    private static String prefix(int verb, boolean isAsked) {
        if (verb == 'O') {
            return "0o";
        }
        if (!isAsked) {
            return "";
        }
        return switch (verb) {
            case 'x', 'X' -> "0x";
            case 'o' -> "0";
            case 'b' -> "0b";
            default -> "";
        };
    }

    /** The bytes of a text. */
    static String hexadecimal(String text, Directive directive) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        HexFormat format = directive.has(' ') ? HexFormat.ofDelimiter(" ") : HexFormat.of();
        if (directive.has('#') && directive.has(' ')) {
            format = format.withPrefix("0x");
        }
        String digits = format.formatHex(bytes);
        String all = directive.has('#') && !directive.has(' ') && bytes.length > 0 ? "0x" + digits : digits;
        return directive.verb() == 'X' ? all.toUpperCase(Locale.ROOT) : all;
    }
}

package dev.estiba.cli.template;

import dev.estiba.cli.flag.Quote;
import java.math.BigInteger;
import java.util.Optional;

/** Strings and numbers as Go's source has them (strconv's Quote, Unquote, ParseInt, ParseFloat). */
final class GoText {
    private GoText() {}

    static String quote(String text) {
        return Quote.go(text);
    }

    /** What a literal in double quotes, single quotes or backquotes stands for. */
    static Optional<String> unquote(String literal) {
        String inside = literal.substring(1, literal.length() - 1);
        if (literal.charAt(0) == '`') {
            return Optional.of(inside.replace("\r", ""));
        }
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < inside.length()) {
            char unit = inside.charAt(at++);
            if (unit != '\\') {
                text.append(unit);
                continue;
            }
            int length = at < inside.length() ? escapeLength(inside.charAt(at)) : 0;
            if (length == 0 || at + length > inside.length()) {
                return Optional.empty();
            }
            Optional<String> meant = escape(inside.substring(at, at + length), literal.charAt(0));
            if (meant.isEmpty()) {
                return Optional.empty();
            }
            text.append(meant.get());
            at += length;
        }
        return Optional.of(text.toString());
    }

    private static int escapeLength(char letter) {
        return switch (letter) {
            case 'x' -> 3;
            case 'u' -> 5;
            case 'U' -> 9;
            case '0', '1', '2', '3' -> 3;
            case 'a', 'b', 'f', 'n', 'r', 't', 'v', '\\', '\'', '"' -> 1;
            default -> 0;
        };
    }

    private static Optional<String> escape(String escape, char quote) {
        char letter = escape.charAt(0);
        return switch (letter) {
            case 'a' -> Optional.of("\u0007");
            case 'b' -> Optional.of("\b");
            case 'f' -> Optional.of("\f");
            case 'n' -> Optional.of("\n");
            case 'r' -> Optional.of("\r");
            case 't' -> Optional.of("\t");
            case 'v' -> Optional.of("\u000b");
            case '\\' -> Optional.of("\\");
            case '\'', '"' -> letter == quote ? Optional.of(String.valueOf(letter)) : Optional.empty();
            case 'x', 'u', 'U' -> code(escape.substring(1), 16);
            default -> code(escape, 8);
        };
    }

    private static Optional<String> code(String digits, int base) {
        try {
            int code = Integer.parseUnsignedInt(digits, base);
            return Character.isValidCodePoint(code) ? Optional.of(Character.toString(code)) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /**
     * A Long or a Double.
     *
     * @throws ArithmeticException when it has more than 64 bits
     */
    static Optional<Object> number(String literal) {
        if (literal.startsWith("'")) {
            Optional<String> meant = unquote(literal);
            boolean isOne = meant.isPresent()
                    && meant.get().codePointCount(0, meant.get().length()) == 1;
            return isOne ? Optional.of((long) meant.get().codePointAt(0)) : Optional.empty();
        }
        String text = literal.replace("_", "");
        boolean isHexadecimal = text.contains("0x") || text.contains("0X");
        try {
            if (!isHexadecimal && text.matches(".*[.eE].*")) {
                return Optional.of(Double.parseDouble(text));
            }
            return Optional.of(whole(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Object whole(String text) {
        boolean isSigned = text.startsWith("-") || text.startsWith("+");
        String digits = isSigned ? text.substring(1) : text;
        int base = 10;
        if (digits.length() > 1 && digits.charAt(0) == '0') {
            base = switch (Character.toLowerCase(digits.charAt(1))) {
                case 'x' -> 16;
                case 'b' -> 2;
                default -> 8;
            };
            digits = digits.substring(Character.isLetter(digits.charAt(1)) ? 2 : 1);
        }
        if (digits.isEmpty() || digits.startsWith("-") || digits.startsWith("+")) {
            throw new NumberFormatException();
        }
        BigInteger value = new BigInteger(digits, base);
        return (text.startsWith("-") ? value.negate() : value).longValueExact();
    }
}

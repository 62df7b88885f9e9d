package dev.estiba.cli.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One of Printf's verbs with what stands before it.
 *
 * @param flags of {@code "+-# 0"}
 * @param width least width; NONE: any
 * @param precision NONE: the verb's own
 */
record Directive(String flags, int width, int precision, int verb) {
    static final int NONE = -1;

    private static final Directive PLAIN = new Directive("", NONE, NONE, 'v');

    /** What %v prints. */
    static String plain(GoValue value) {
        return PLAIN.apply(value);
    }

    boolean has(char flag) {
        return flags.indexOf(flag) >= 0;
    }

    /** The value as the verb prints it. */
    String apply(GoValue given) {
        GoValue value = given.inInterface();
        if (verb == 'T') {
            return padded(value.isNone() ? "<nil>" : typeName(value), false);
        }
        if (value.isNone()) {
            return verb == 'v' ? padded("<nil>", false) : "%!" + Character.toString(verb) + "(<nil>)";
        }
        return isSyntax() ? GoSyntax.of(value) : text(value, 0);
    }

    private boolean isSyntax() {
        return verb == 'v' && has('#');
    }

    private static String typeName(GoValue value) {
        return (value.type() instanceof GoType.Row ? "*" : "") + value.type().name();
    }

    private String text(GoValue value, int depth) {
        return switch (value.type()) {
            case GoType.Basic basic -> leaf(value, basic);
            case GoType.Any any -> {
                GoValue inner = value.inInterface();
                yield inner.isNone() ? "<nil>" : text(inner, depth + 1);
            }
            case GoType.Pointer pointer -> pointer(value, pointer, depth);
            case GoType.Sequence list -> "[" + String.join(" ", texts(value.elements(), depth)) + "]";
            case GoType.Mapping map -> {
                List<String> entries = new ArrayList<>();
                value.entries()
                        .forEach((key, entry) -> entries.add(
                                text(new GoValue(map.key(), key), depth + 1) + ":" + text(entry, depth + 1)));
                yield "map[" + String.join(" ", entries) + "]";
            }
            case GoType.Struct struct -> struct(value, struct, depth);
            case GoType.Row row ->
                value.data() instanceof GoValue.Cells cells
                        ? "{"
                                + String.join(
                                        " ", texts(List.copyOf(cells.values().values()), depth)) + "}"
                        : "{}";
        };
    }

    private List<String> texts(List<GoValue> values, int depth) {
        return values.stream().map(each -> text(each, depth + 1)).toList();
    }

    private String pointer(GoValue value, GoType.Pointer type, int depth) {
        if (!(value.data() instanceof GoValue to)) {
            return verb == 'v' || verb == 's'
                    ? padded("<nil>", false)
                    : "%!" + Character.toString(verb) + "(" + type.name() + "=<nil>)";
        }
        boolean isShown = depth == 0 && !(type.to() instanceof GoType.Basic);
        // Deeper ones print an address, which is another one each time.
        return isShown ? "&" + text(to, depth + 1) : "0xc000012345";
    }

    private String struct(GoValue value, GoType.Struct type, int depth) {
        List<String> fields = new ArrayList<>();
        if (value.data() instanceof GoValue.Contents contents) {
            for (int i = 0; i < type.fields().size(); i++) {
                String name = has('+') && verb == 'v' ? type.fields().get(i).name() + ":" : "";
                fields.add(name + text(contents.values().get(i), depth + 1));
            }
        }
        return "{" + String.join(" ", fields) + "}";
    }

    // Leaves

    private String leaf(GoValue value, GoType.Basic type) {
        if ((verb == 'v' || verb == 's' || verb == 'q') && GoTimes.hasText(type)) {
            return string(GoTimes.text(value));
        }
        return switch (value.data()) {
            case Boolean flag when verb == 'v' || verb == 't' -> padded(flag.toString(), false);
            case Long number when "vdboOxXcqU".indexOf(verb) >= 0 -> whole(number);
            case Double number when "vgGeEfF".indexOf(verb) >= 0 -> fraction(number);
            case String text when "vsqxX".indexOf(verb) >= 0 -> string(text);
            default -> "%!" + Character.toString(verb) + "(" + type.name() + "=" + plain(value) + ")";
        };
    }

    private String string(String text) {
        String cut = precision == NONE || text.codePointCount(0, text.length()) <= precision
                ? text
                : text.substring(0, text.offsetByCodePoints(0, precision));
        return switch (verb) {
            case 'q' -> padded(has('#') && cut.indexOf('`') < 0 ? "`" + cut + "`" : GoText.quote(cut), false);
            case 'x', 'X' -> padded(GoIntegers.hexadecimal(text, this), false);
            default -> padded(cut, false);
        };
    }

    private String whole(long number) {
        return switch (verb) {
            case 'c' -> padded(GoIntegers.character(number), false);
            case 'q' -> padded("'" + GoIntegers.character(number).replace("'", "\\'") + "'", false);
            case 'U' -> padded(GoIntegers.unicode(number, has('#')), false);
            default -> padded(GoIntegers.digits(number, this), false);
        };
    }

    private String fraction(double number) {
        String digits = switch (verb) {
            case 'e' -> GoFloats.scientific(number, precision == NONE ? 6 : precision, 'e');
            case 'E' -> GoFloats.scientific(number, precision == NONE ? 6 : precision, 'E');
            case 'f', 'F' -> GoFloats.plain(number, precision == NONE ? 6 : precision);
            case 'G' -> GoFloats.general(number, precision, GoFloats.WIDE).toUpperCase(Locale.ROOT);
            default -> GoFloats.general(number, precision, GoFloats.WIDE);
        };
        String signed = digits.startsWith("-") || digits.startsWith("+") ? digits : sign() + digits;
        return padded(signed, has('0') && !has('-'));
    }

    /** What stands before a number that is not negative. */
    String sign() {
        return has('+') && verb != 'v' ? "+" : has(' ') ? " " : "";
    }

    private String padded(String text, boolean withZeros) {
        int missing = width == NONE ? 0 : width - text.codePointCount(0, text.length());
        if (missing <= 0) {
            return text;
        }
        if (has('-')) {
            return text + " ".repeat(missing);
        }
        if (!withZeros) {
            return " ".repeat(missing) + text;
        }
        boolean isSigned = !text.isEmpty() && "+- ".indexOf(text.charAt(0)) >= 0;
        return (isSigned ? text.substring(0, 1) : "") + "0".repeat(missing) + text.substring(isSigned ? 1 : 0);
    }
}

package dev.estiba.cli.text;

import dev.estiba.cli.flag.Quote;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The functions of templates: Go's, and those that Docker adds. */
enum Function {
    JSON,
    INDEX,
    LEN,
    JOIN,
    SPLIT,
    UPPER,
    LOWER,
    TITLE,
    TRUNCATE,
    PAD,
    PRINTLN,
    PRINT,
    PRINTF,
    EQ,
    NE,
    LT,
    LE,
    GT,
    GE,
    AND,
    OR,
    NOT;

    static Optional<Function> of(String word) {
        return Arrays.stream(values())
                .filter(function -> function.word().equals(word))
                .findFirst();
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static String quote(String text) {
        return Quote.go(text);
    }

    /** Whether a value counts as true: not empty, not zero. */
    static boolean isTrue(Object value) {
        return switch (value) {
            case Boolean flag -> flag;
            case String text -> !text.isEmpty();
            case Long number -> number != 0;
            case Double number -> number != 0;
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> !value.equals(Tree.NULL);
        };
    }

    Object apply(List<Object> given) throws TemplateException {
        int least = switch (this) {
            case PRINT, PRINTLN -> 0;
            case JSON, LEN, UPPER, LOWER, TITLE, NOT, AND, OR, PRINTF, INDEX -> 1;
            case JOIN, SPLIT, TRUNCATE, EQ, NE, LT, LE, GT, GE -> 2;
            case PAD -> 3;
        };
        if (given.size() < least) {
            throw new TemplateException(
                    "wrong number of args for " + word() + ": want at least " + least + " got " + given.size());
        }
        return switch (this) {
            case JSON -> Tree.write(given.get(0));
            case INDEX -> index(given);
            case LEN -> length(given.get(0));
            case JOIN -> join(given.get(0), text(given.get(1)));
            case SPLIT -> split(text(given.get(0)), text(given.get(1)));
            case UPPER -> text(given.get(0)).toUpperCase(Locale.ROOT);
            case LOWER -> text(given.get(0)).toLowerCase(Locale.ROOT);
            case TITLE -> title(text(given.get(0)));
            case TRUNCATE -> truncate(text(given.get(0)), number(given.get(1)));
            case PAD ->
                text(given.get(0)).isEmpty()
                        ? ""
                        : " ".repeat((int) number(given.get(1)))
                                + text(given.get(0))
                                + " ".repeat((int) number(given.get(2)));
            case PRINTLN -> joined(given) + "\n";
            case PRINT -> joined(given);
            case PRINTF -> formatted(text(given.get(0)), given.subList(1, given.size()));
            case EQ -> given.subList(1, given.size()).contains(given.get(0));
            case NE -> !given.get(0).equals(given.get(1));
            case LT -> compare(given) < 0;
            case LE -> compare(given) <= 0;
            case GT -> compare(given) > 0;
            case GE -> compare(given) >= 0;
            case AND ->
                given.stream().filter(value -> !isTrue(value)).findFirst().orElse(given.getLast());
            case OR -> given.stream().filter(Function::isTrue).findFirst().orElse(given.getLast());
            case NOT -> !isTrue(given.get(0));
        };
    }

    private static String joined(List<Object> values) {
        return String.join(" ", values.stream().map(Tree::print).toList());
    }

    private static String text(Object value) {
        return value instanceof String text ? text : Tree.print(value);
    }

    private static long number(Object value) throws TemplateException {
        if (value instanceof Long number && number >= 0 && number <= 4096) {
            return number;
        }
        throw new TemplateException("expected a number from 0 to 4096, found " + Tree.print(value));
    }

    private static Object index(List<Object> given) throws TemplateException {
        Object value = given.get(0);
        for (Object key : given.subList(1, given.size())) {
            if (value instanceof Map<?, ?> map) {
                Object found = map.get(text(key));
                value = found == null ? "" : found;
            } else if (value instanceof List<?> list && key instanceof Long at && at >= 0 && at < list.size()) {
                value = list.get(at.intValue());
            } else {
                throw new TemplateException(
                        "error calling index: " + Tree.print(key) + " is not in " + Tree.print(value));
            }
        }
        return value;
    }

    private static Object length(Object value) throws TemplateException {
        return switch (value) {
            case String text -> (long) text.length();
            case List<?> list -> (long) list.size();
            case Map<?, ?> map -> (long) map.size();
            default -> throw new TemplateException("error calling len: " + Tree.print(value) + " has no length");
        };
    }

    private static String join(Object values, String with) throws TemplateException {
        if (values.equals(Tree.NULL)) {
            return "";
        }
        if (values instanceof List<?> list) {
            return String.join(with, list.stream().map(Tree::print).toList());
        }
        throw new TemplateException("error calling join: " + Tree.print(values) + " is no list");
    }

    private static List<Object> split(String text, String at) {
        List<Object> parts = new ArrayList<>();
        int from = 0;
        for (int to = text.indexOf(at); to >= 0 && !at.isEmpty(); to = text.indexOf(at, from)) {
            parts.add(text.substring(from, to));
            from = to + at.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static String title(String text) {
        return text.isEmpty() ? "" : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private static String truncate(String text, long most) {
        return text.length() <= most ? text : text.substring(0, (int) most);
    }

    private static int compare(List<Object> given) throws TemplateException {
        return switch (given.get(0)) {
            case Long left when given.get(1) instanceof Long right -> Long.compare(left, right);
            case String left when given.get(1) instanceof String right -> left.compareTo(right);
            default -> throw new TemplateException("incompatible types for comparison");
        };
    }

    /** The verbs %s, %v, %d, %q and %%, without flags or widths. */
    private static String formatted(String format, List<Object> values) throws TemplateException {
        StringBuilder text = new StringBuilder();
        int next = 0;
        for (int i = 0; i < format.length(); i++) {
            char unit = format.charAt(i);
            if (unit != '%') {
                text.append(unit);
                continue;
            }
            char verb = ++i < format.length() ? format.charAt(i) : ' ';
            if (verb == '%') {
                text.append('%');
            } else if ("svdq".indexOf(verb) < 0 || next >= values.size()) {
                throw new TemplateException("printf knows %s, %v, %d, %q and %%, each with a value");
            } else {
                String value = Tree.print(values.get(next++));
                text.append(verb == 'q' ? quote(value) : value);
            }
        }
        return text.toString();
    }
}

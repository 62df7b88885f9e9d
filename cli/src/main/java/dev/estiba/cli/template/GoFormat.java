package dev.estiba.cli.template;

import java.util.List;

/** Go's fmt: what Printf, Print and Println make of values. */
final class GoFormat {
    private static final String FLAGS = "+-# 0";
    private static final int WIDEST = 4096;

    private final String format;
    private final List<GoValue> values;
    private final StringBuilder out = new StringBuilder();
    private int at;
    private int next;
    private boolean reordered;

    GoFormat(String format, List<GoValue> values) {
        this.format = format;
        this.values = values;
    }

    /** What an action prints. */
    static String printed(GoValue value) {
        GoValue bare = value.inInterface();
        if (bare.isNone()) {
            return value.isNone() ? "<no value>" : "<nil>";
        }
        return print(bare.indirect());
    }

    static String print(GoValue value) {
        return Directive.plain(value);
    }

    /** Print: a blank between two operands when neither is a string. */
    static String print(List<GoValue> values) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            boolean isText = values.get(i).inInterface().data() instanceof String;
            boolean isBehindText = i == 0 || values.get(i - 1).inInterface().data() instanceof String;
            text.append(isText || isBehindText ? "" : " ").append(print(values.get(i)));
        }
        return text.toString();
    }

    static String println(List<GoValue> values) {
        return String.join(" ", values.stream().map(GoFormat::print).toList()) + "\n";
    }

    /** Printf. */
    String text() {
        while (at < format.length()) {
            char unit = format.charAt(at++);
            if (unit != '%') {
                out.append(unit);
            } else if (at >= format.length()) {
                out.append("%!(NOVERB)");
            } else {
                verb();
            }
        }
        if (!reordered && next < values.size()) {
            out.append("%!(EXTRA ");
            for (int i = next; i < values.size(); i++) {
                GoValue value = values.get(i).inInterface();
                out.append(i > next ? ", " : "");
                out.append(value.isNone() ? "<nil>" : value.type().name() + "=" + print(value));
            }
            out.append(')');
        }
        return out.toString();
    }

    private void verb() {
        StringBuilder flags = new StringBuilder();
        while (at < format.length() && FLAGS.indexOf(format.charAt(at)) >= 0) {
            flags.append(format.charAt(at++));
        }
        index();
        int width = number();
        if (width < Directive.NONE) {
            flags.append('-');
            width = -width;
        }
        int precision = Directive.NONE;
        if (at < format.length() && format.charAt(at) == '.') {
            at++;
            index();
            precision = Math.max(number(), 0);
        }
        index();
        if (at >= format.length()) {
            out.append("%!(NOVERB)");
            return;
        }
        int verb = format.codePointAt(at);
        at += Character.charCount(verb);
        if (verb == '%') {
            out.append('%');
        } else if (next < 0 || next >= values.size()) {
            out.append("%!").appendCodePoint(verb).append(next < 0 ? "(BADINDEX)" : "(MISSING)");
        } else {
            Directive directive = new Directive(flags.toString(), width, precision, verb);
            out.append(directive.apply(values.get(next++)));
        }
    }

    /** {@code [n]}: which operand comes next. */
    private void index() {
        if (at >= format.length() || format.charAt(at) != '[') {
            return;
        }
        int end = format.indexOf(']', at);
        String digits = end < 0 ? "" : format.substring(at + 1, end);
        reordered = true;
        if (!digits.matches("[1-9][0-9]{0,3}")) {
            next = Integer.MIN_VALUE / 2;
            at = end < 0 ? format.length() : end + 1;
            return;
        }
        next = Integer.parseInt(digits) - 1;
        if (next >= values.size()) {
            next = Integer.MIN_VALUE / 2;
        }
        at = end + 1;
    }

    /** A width or a precision: digits, or a star for an operand; NONE without. */
    private int number() {
        if (at < format.length() && format.charAt(at) == '*') {
            at++;
            GoValue value =
                    next >= 0 && next < values.size() ? values.get(next++).inInterface() : GoValue.NONE;
            boolean isUsable = value.is(GoType.Kind.INT) && Math.abs(value.number()) <= WIDEST;
            if (!isUsable) {
                out.append("%!(BADWIDTH)");
            }
            return isUsable ? (int) value.number() : Directive.NONE;
        }
        int start = at;
        while (at < format.length() && Character.isDigit(format.charAt(at)) && at - start < 4) {
            at++;
        }
        return start == at ? Directive.NONE : Math.min(WIDEST, Integer.parseInt(format.substring(start, at)));
    }
}

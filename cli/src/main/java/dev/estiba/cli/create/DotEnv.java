package dev.estiba.cli.create;

import dev.estiba.cli.flag.BadValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A file of variables as compose and shells read it: {@code NAME=VALUE}, with {@code export} before it or not; in single quotes as it is,
 * in double quotes with {@code \n}, {@code \t}, {@code \"}, {@code \\} and {@code \$}, both over several lines; {@code $NAME} and
 * {@code ${NAME:-ELSE}} where single quotes are not; comments behind a blank and {@code #}.
 */
final class DotEnv {
    private final String text;
    private final String path;
    private final Map<String, String> outer;
    private final Map<String, String> values = new LinkedHashMap<>();
    private int at;
    private int line = 1;

    private DotEnv(String text, String path, Map<String, String> outer) {
        this.text = text;
        this.path = path;
        this.outer = outer;
    }

    /**
     * The variables in order.
     *
     * @param path for refusals
     * @param outer the caller's variables; a name alone takes its value from there, when it has one
     */
    static Map<String, String> read(String text, String path, Map<String, String> outer) throws BadValue {
        DotEnv file = new DotEnv(text.replace("\r\n", "\n"), path, outer);
        while (file.at < file.text.length()) {
            file.line();
        }
        return file.values;
    }

    private BadValue wrong(String problem) {
        return new BadValue("invalid env file (" + path + "), line " + line + ": " + problem);
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : '\n';
    }

    private void blanks() {
        while (at < text.length() && (peek() == ' ' || peek() == '\t' || peek() == '\ufeff')) {
            at++;
        }
    }

    private void line() throws BadValue {
        blanks();
        if (peek() != '\n' && peek() != '#') {
            variable();
        }
        blanks();
        if (peek() == '#') {
            at = Math.max(at, text.indexOf('\n', at) < 0 ? text.length() : text.indexOf('\n', at));
        }
        if (at < text.length() && peek() != '\n') {
            throw wrong("unexpected " + text.substring(at).lines().findFirst().orElse("") + " behind a value");
        }
        at++;
        line++;
    }

    private void variable() throws BadValue {
        String name = name();
        if (name.equals("export") && (peek() == ' ' || peek() == '\t')) {
            blanks();
            name = name();
        }
        if (name.isEmpty()) {
            throw wrong("there is no variable's name");
        }
        blanks();
        if (peek() != '=') {
            if (peek() != '\n' && peek() != '#') {
                throw wrong("variable " + name + " is followed by no =");
            }
            if (outer.containsKey(name)) {
                values.put(name, outer.getOrDefault(name, ""));
            }
            return;
        }
        at++;
        blanks();
        values.put(
                name,
                switch (peek()) {
                    case '\'' -> single();
                    case '"' -> twofold();
                    default -> bare();
                });
    }

    private String name() {
        int start = at;
        while (at < text.length() && "= \t\n#\"'".indexOf(peek()) < 0) {
            at++;
        }
        return text.substring(start, at);
    }

    private String single() throws BadValue {
        int end = text.indexOf('\'', at + 1);
        if (end < 0) {
            throw wrong("there is no closing '");
        }
        String value = text.substring(at + 1, end);
        at = end + 1;
        line += (int) value.chars().filter(unit -> unit == '\n').count();
        return value;
    }

    private String twofold() throws BadValue {
        StringBuilder value = new StringBuilder();
        int begun = line;
        for (at++; at < text.length(); ) {
            char unit = text.charAt(at);
            if (unit == '"') {
                at++;
                return value.toString();
            }
            if (unit == '\\' && at + 1 < text.length()) {
                value.append(escaped(text.charAt(at + 1)));
                at += 2;
            } else if (unit == '$') {
                value.append(reference());
            } else {
                line += unit == '\n' ? 1 : 0;
                value.append(unit);
                at++;
            }
        }
        line = begun;
        throw wrong("there is no closing \"");
    }

    private static String escaped(char letter) {
        return switch (letter) {
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'r' -> "\r";
            case '"', '\\', '$' -> String.valueOf(letter);
            default -> "\\" + letter;
        };
    }

    private String bare() throws BadValue {
        StringBuilder value = new StringBuilder();
        while (at < text.length() && peek() != '\n') {
            boolean isComment =
                    peek() == '#' && (value.isEmpty() || Character.isWhitespace(value.charAt(value.length() - 1)));
            if (isComment) {
                break;
            }
            if (peek() == '$') {
                value.append(reference());
            } else {
                value.append(text.charAt(at++));
            }
        }
        return value.toString().stripTrailing();
    }

    /** What a dollar and what is behind it stand for. */
    private String reference() throws BadValue {
        at++;
        if (peek() == '{') {
            int end = text.indexOf('}', at);
            if (end < 0) {
                throw wrong("there is no closing }");
            }
            String inside = text.substring(at + 1, end);
            at = end + 1;
            int fallback = inside.indexOf(":-");
            String name = fallback < 0 ? inside : inside.substring(0, fallback);
            String usual = fallback < 0 ? "" : inside.substring(fallback + 2);
            return value(name).filter(found -> !found.isEmpty()).orElse(usual);
        }
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(peek()) || peek() == '_')) {
            at++;
        }
        return start == at ? "$" : value(text.substring(start, at)).orElse("");
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name)).or(() -> Optional.ofNullable(outer.get(name)));
    }
}

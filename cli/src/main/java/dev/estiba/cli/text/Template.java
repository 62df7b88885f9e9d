package dev.estiba.cli.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Go's text/template, as far as {@code --format} is used: fields, variables, pipelines, parentheses, {@code if},
 * {@code else}, {@code else if}, {@code with}, {@code range} with {@code $i, $v :=}, trim markers, comments, and the
 * functions of {@link Function}. Not there: {@code define}, {@code template}, {@code block}, {@code break}, {@code
 * continue}, assignments outside of {@code range}, {@code slice}, and printf's widths.
 */
public final class Template {
    private static final Pattern RANGE =
            Pattern.compile("(?:(\\$\\w+)\\s*,\\s*)?(\\$\\w+)\\s*:=\\s*(.*)", Pattern.DOTALL);
    private static final int MAX_OUTPUT = 16 << 20;
    private static final int MAX_DEPTH = 50;

    private final List<Part> parts;

    private sealed interface Part {
        record Text(String text) implements Part {}

        record Print(Expression value) implements Part {}

        /** {@code isDot}: {@code with}, which makes the value the dot. */
        record Choice(Expression condition, boolean isDot, List<Part> then, List<Part> otherwise) implements Part {}

        record Loop(String key, String element, Expression over, List<Part> body, List<Part> otherwise)
                implements Part {}
    }

    private record Token(boolean isAction, String text) {}

    public Template(String source) throws TemplateException {
        Deque<Token> tokens = tokens(source);
        parts = parts(tokens, 0);
        if (!tokens.isEmpty()) {
            throw new TemplateException("unexpected {{" + tokens.getFirst().text() + "}}");
        }
    }

    /** What the template makes of a value. */
    public String fill(Object value) throws TemplateException {
        StringBuilder out = new StringBuilder();
        Map<String, Object> variables = new HashMap<>();
        variables.put("$", value);
        fill(parts, value, variables, out);
        return out.toString();
    }

    // Reading

    private static Deque<Token> tokens(String source) throws TemplateException {
        Deque<Token> tokens = new ArrayDeque<>();
        int at = 0;
        boolean trims = false;
        while (at < source.length()) {
            int open = source.indexOf("{{", at);
            String text = source.substring(at, open < 0 ? source.length() : open);
            text = trims ? text.stripLeading() : text;
            if (open < 0) {
                tokens.add(new Token(false, text));
                break;
            }
            int close = closing(source, open + 2);
            String action = source.substring(open + 2, close);
            boolean trimsBefore = action.startsWith("- ");
            tokens.add(new Token(false, trimsBefore ? text.stripTrailing() : text));
            action = trimsBefore ? action.substring(2) : action;
            trims = action.endsWith(" -");
            action = (trims ? action.substring(0, action.length() - 2) : action).strip();
            if (!action.startsWith("/*")) {
                tokens.add(new Token(true, action));
            }
            at = close + 2;
        }
        return tokens;
    }

    /** Where the braces close that are not in a string. */
    private static int closing(String source, int from) throws TemplateException {
        char quote = '\0';
        for (int i = from; i < source.length(); i++) {
            char unit = source.charAt(i);
            if (quote != '\0') {
                if (unit == '\\' && quote != '`') {
                    i++;
                } else if (unit == quote) {
                    quote = '\0';
                }
            } else if (unit == '"' || unit == '`') {
                quote = unit;
            } else if (source.startsWith("}}", i)) {
                return i;
            }
        }
        throw new TemplateException("unclosed action");
    }

    /** The parts up to an {@code else} or {@code end}, which stays. */
    private static List<Part> parts(Deque<Token> tokens, int depth) throws TemplateException {
        if (depth > MAX_DEPTH) {
            throw new TemplateException("too many blocks in one another");
        }
        List<Part> parts = new ArrayList<>();
        while (!tokens.isEmpty()) {
            Token token = tokens.getFirst();
            String word = token.text().split("\\s", 2)[0];
            if (token.isAction() && (word.equals("else") || word.equals("end"))) {
                return parts;
            }
            tokens.removeFirst();
            if (!token.isAction()) {
                parts.add(new Part.Text(token.text()));
                continue;
            }
            String rest = token.text().substring(word.length()).strip();
            parts.add(
                    switch (word) {
                        case "if" -> choice(rest, false, tokens, depth);
                        case "with" -> choice(rest, true, tokens, depth);
                        case "range" -> loop(rest, tokens, depth);
                        default -> new Part.Print(new ExpressionParser(token.text()).whole());
                    });
        }
        return parts;
    }

    private static Part choice(String condition, boolean isDot, Deque<Token> tokens, int depth)
            throws TemplateException {
        Expression value = new ExpressionParser(condition).whole();
        List<Part> then = parts(tokens, depth + 1);
        return new Part.Choice(value, isDot, then, otherwise(tokens, depth));
    }

    private static Part loop(String header, Deque<Token> tokens, int depth) throws TemplateException {
        Matcher names = RANGE.matcher(header);
        boolean isNamed = names.matches();
        String key = isNamed && names.group(1) != null ? names.group(1) : "";
        String element = isNamed ? names.group(2) : "";
        Expression over = new ExpressionParser(isNamed ? names.group(3) : header).whole();
        List<Part> body = parts(tokens, depth + 1);
        return new Part.Loop(key, element, over, body, otherwise(tokens, depth));
    }

    /** From {@code else}, if there is one, over the {@code end}. */
    private static List<Part> otherwise(Deque<Token> tokens, int depth) throws TemplateException {
        Token token = tokens.pollFirst();
        if (token == null) {
            throw new TemplateException("unexpected EOF");
        }
        if (token.text().equals("end")) {
            return List.of();
        }
        String rest = token.text().substring("else".length()).strip();
        if (rest.startsWith("if ")) {
            return List.of(choice(rest.substring(3), false, tokens, depth + 1));
        }
        List<Part> parts = parts(tokens, depth + 1);
        if (tokens.pollFirst() == null) {
            throw new TemplateException("unexpected EOF");
        }
        return parts;
    }

    // Filling in

    private static void fill(List<Part> parts, Object dot, Map<String, Object> variables, StringBuilder out)
            throws TemplateException {
        for (Part part : parts) {
            switch (part) {
                case Part.Text text -> out.append(text.text());
                case Part.Print print -> out.append(Tree.print(print.value().value(dot, variables)));
                case Part.Choice choice -> {
                    Object value = choice.condition().value(dot, variables);
                    boolean isTrue = Function.isTrue(value);
                    Object inside = isTrue && choice.isDot() ? value : dot;
                    fill(isTrue ? choice.then() : choice.otherwise(), inside, variables, out);
                }
                case Part.Loop loop -> repeat(loop, dot, variables, out);
            }
            if (out.length() > MAX_OUTPUT) {
                throw new TemplateException("the template makes more than 16 MiB");
            }
        }
    }

    private static void repeat(Part.Loop loop, Object dot, Map<String, Object> variables, StringBuilder out)
            throws TemplateException {
        Object over = loop.over().value(dot, variables);
        if (!Function.isTrue(over)) {
            fill(loop.otherwise(), dot, variables, out);
            return;
        }
        Map<Object, Object> elements = new TreeMap<>();
        switch (over) {
            case Map<?, ?> map -> elements.putAll(map);
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    elements.put((long) i, list.get(i));
                }
            }
            default -> throw new TemplateException("range can't iterate over " + Tree.print(over));
        }
        for (Map.Entry<Object, Object> element : elements.entrySet()) {
            Map<String, Object> inside = new HashMap<>(variables);
            inside.put(loop.key(), element.getKey());
            inside.put(loop.element(), element.getValue());
            fill(loop.body(), element.getValue(), inside, out);
        }
    }
}

package dev.estiba.cli.text;

import java.util.ArrayList;
import java.util.List;

/** Reads what stands in a template's braces. */
final class ExpressionParser {
    private static final int MAX_DEPTH = 50;

    private final String text;
    private int at;
    private int depth;

    ExpressionParser(String text) {
        this.text = text;
    }

    /** The whole text as one pipeline. */
    Expression whole() throws TemplateException {
        Expression pipeline = pipeline();
        if (at < text.length()) {
            throw unexpected();
        }
        return pipeline;
    }

    private Expression pipeline() throws TemplateException {
        if (++depth > MAX_DEPTH) {
            throw new TemplateException("too many parentheses");
        }
        Expression value = command(List.of());
        while (peek() == '|') {
            at++;
            value = command(List.of(value));
        }
        depth--;
        return value;
    }

    /** A function with its arguments, or one operand; {@code last} is what a pipeline adds to the arguments. */
    private Expression command(List<Expression> last) throws TemplateException {
        peek();
        int start = at;
        String word = identifier();
        boolean isFunction = !word.isEmpty() && !word.equals("true") && !word.equals("false");
        if (!isFunction) {
            at = start;
            Expression operand = operand();
            if (!last.isEmpty()) {
                throw new TemplateException("a value cannot be piped into what is no function");
            }
            return operand;
        }
        Function function = Function.of(word)
                .orElseThrow(() -> new TemplateException("function " + Function.quote(word) + " not defined"));
        List<Expression> arguments = new ArrayList<>();
        while (peek() != '\0' && peek() != '|' && peek() != ')') {
            arguments.add(operand());
        }
        arguments.addAll(last);
        return new Expression.Application(function, arguments);
    }

    private Expression operand() throws TemplateException {
        char first = peek();
        if (first == '.') {
            return fields(new Expression.Dot());
        }
        if (first == '$') {
            at++;
            return fields(new Expression.Variable("$" + identifier()));
        }
        if (first == '(') {
            at++;
            Expression inner = pipeline();
            if (peek() != ')') {
                throw new TemplateException("unclosed left paren");
            }
            at++;
            return fields(inner);
        }
        if (first == '"' || first == '`' || first == '\'') {
            return new Expression.Literal(string(first));
        }
        if (first == '-' || Character.isDigit(first)) {
            return new Expression.Literal(number());
        }
        return word();
    }

    private Expression word() throws TemplateException {
        String word = identifier();
        if (word.equals("true") || word.equals("false")) {
            return new Expression.Literal(word.equals("true"));
        }
        if (word.isEmpty()) {
            throw unexpected();
        }
        Function function = Function.of(word)
                .orElseThrow(() -> new TemplateException("function " + Function.quote(word) + " not defined"));
        return new Expression.Application(function, List.of());
    }

    /** Names behind dots, without blanks between. */
    private Expression fields(Expression of) {
        List<String> names = new ArrayList<>();
        while (at < text.length() && text.charAt(at) == '.') {
            at++;
            String name = identifier();
            if (name.isEmpty()) {
                break;
            }
            names.add(name);
        }
        return names.isEmpty() ? of : new Expression.Fields(of, names);
    }

    private String identifier() {
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        return text.substring(start, at);
    }

    private Object number() throws TemplateException {
        int start = at++;
        while (at < text.length() && Character.isDigit(text.charAt(at))) {
            at++;
        }
        try {
            return Long.parseLong(text.substring(start, at));
        } catch (NumberFormatException e) {
            throw new TemplateException("bad number: " + text.substring(start, at));
        }
    }

    private String string(char quote) throws TemplateException {
        StringBuilder value = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char unit = text.charAt(at);
            if (unit == quote) {
                at++;
                return value.toString();
            }
            if (unit == '\\' && quote != '`' && at + 1 < text.length()) {
                unit = switch (text.charAt(++at)) {
                    case 'n' -> '\n';
                    case 't' -> '\t';
                    default -> text.charAt(at);
                };
            }
            value.append(unit);
        }
        throw new TemplateException("unterminated quoted string");
    }

    /** The next character that is no blank; NUL at the end. */
    private char peek() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private TemplateException unexpected() {
        String found = at < text.length() ? Function.quote(text.substring(at, at + 1)) : "end";
        return new TemplateException("unexpected " + found + " in " + Function.quote(text));
    }
}

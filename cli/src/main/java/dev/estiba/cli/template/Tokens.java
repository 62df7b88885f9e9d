package dev.estiba.cli.template;

import dev.estiba.cli.template.Token.Kind;
import java.util.List;

/** The tokens of a template, read from the front. */
final class Tokens {
    private final List<Token> tokens;
    private int next;
    private int line = 1;
    private int actionLine;

    Tokens(List<Token> tokens) {
        this.tokens = List.copyOf(tokens);
    }

    /** The last one stays: EOF, or an error. */
    Token next() {
        Token token = peek();
        next++;
        return token;
    }

    Token peek() {
        Token token = tokens.get(Math.min(next, tokens.size() - 1));
        line = token.line();
        return token;
    }

    Token nextNonSpace() {
        peekNonSpace();
        return next();
    }

    Token peekNonSpace() {
        while (peek().kind() == Kind.SPACE) {
            next++;
        }
        return peek();
    }

    /** Gives so many back. */
    void back(int many) {
        next -= many;
    }

    /** Where {@link #backTo} comes back to. */
    int place() {
        return next;
    }

    void backTo(int place) {
        next = place;
    }

    Token expect(Kind kind, String context) throws TemplateException {
        Token token = nextNonSpace();
        if (token.kind() != kind) {
            throw unexpected(token, context);
        }
        return token;
    }

    void beginAction(int atLine) {
        actionLine = atLine;
    }

    void endAction() {
        actionLine = 0;
    }

    TemplateException wrong(String problem) {
        return new TemplateException("template: :" + line + ": " + problem);
    }

    TemplateException unexpected(Token token, String context) {
        if (token.kind() != Kind.ERROR) {
            return wrong("unexpected " + token + " in " + context);
        }
        String extra = actionLine == 0 || actionLine == token.line() ? "" : " in action started at :" + actionLine;
        boolean isTwice = token.text().endsWith(" action");
        return wrong(token + (isTwice && !extra.isEmpty() ? extra.substring(" in action".length()) : extra));
    }

    /** A Long or a Double. */
    Object number(Token token) throws TemplateException {
        try {
            return GoText.number(token.text()).orElseThrow(() -> noNumber(token));
        } catch (ArithmeticException e) {
            throw wrong("integer overflow: " + GoText.quote(token.text()));
        }
    }

    private TemplateException noNumber(Token token) {
        return wrong(
                token.kind() == Kind.CHAR_CONSTANT
                        ? "malformed character constant: " + token.text()
                        : "illegal number syntax: " + GoText.quote(token.text()));
    }
}

package dev.estiba.cli.template;

import dev.estiba.cli.flag.Quote;

/**
 * A piece of a template, as text/template/parse's lexer cuts it.
 *
 * @param at where it begins, in characters
 * @param line that it begins in, from 1
 */
record Token(Kind kind, int at, String text, int line) {
    enum Kind {
        ERROR,
        BOOL,
        CHAR,
        CHAR_CONSTANT,
        ASSIGN,
        DECLARE,
        EOF,
        FIELD,
        IDENTIFIER,
        LEFT,
        LEFT_PAREN,
        NUMBER,
        PIPE,
        RAW_STRING,
        RIGHT,
        RIGHT_PAREN,
        SPACE,
        STRING,
        TEXT,
        VARIABLE,
        DOT,
        NIL,
        BLOCK,
        BREAK,
        CONTINUE,
        DEFINE,
        ELSE,
        END,
        IF,
        RANGE,
        TEMPLATE,
        WITH;

        boolean isKeyword() {
            return compareTo(DOT) >= 0;
        }
    }

    /** As refusals show it. */
    @Override
    public String toString() {
        if (kind == Kind.EOF) {
            return "EOF";
        }
        if (kind == Kind.ERROR) {
            return text;
        }
        if (kind.isKeyword()) {
            return "<" + text + ">";
        }
        return text.length() > 10 ? Quote.go(text.substring(0, 10)) + "..." : Quote.go(text);
    }
}

package dev.estiba.cli.template;

import dev.estiba.cli.flag.Quote;
import dev.estiba.cli.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Cuts a template into tokens, as Go's text/template/parse/lex.go does. The last one is EOF, or an error. */
final class Lexer {
    private static final String LEFT = "{{", RIGHT = "}}", SPACES = " \t\r\n";
    private static final String LEFT_COMMENT = "/*", RIGHT_COMMENT = "*/";
    private static final char NONE = '\0';
    private static final Map<String, Kind> KEYWORDS = Map.ofEntries(
            Map.entry("block", Kind.BLOCK),
            Map.entry("break", Kind.BREAK),
            Map.entry("continue", Kind.CONTINUE),
            Map.entry("define", Kind.DEFINE),
            Map.entry("else", Kind.ELSE),
            Map.entry("end", Kind.END),
            Map.entry("if", Kind.IF),
            Map.entry("nil", Kind.NIL),
            Map.entry("range", Kind.RANGE),
            Map.entry("template", Kind.TEMPLATE),
            Map.entry("with", Kind.WITH));

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int start;
    private int line = 1;
    private int startLine = 1;
    private int parens;
    private boolean failed;

    private Lexer(String text) {
        this.text = text;
    }

    static List<Token> tokens(String text) {
        Lexer lexer = new Lexer(text);
        while (!lexer.failed && lexer.text()) {
            lexer.action();
        }
        if (!lexer.failed) {
            lexer.emit(Kind.EOF);
        }
        return lexer.tokens;
    }

    private void emit(Kind kind) {
        tokens.add(new Token(kind, start, text.substring(start, at), startLine));
        skip();
    }

    /** What was read is no token. */
    private void skip() {
        for (int i = start; i < at; i++) {
            if (text.charAt(i) == '\n') {
                line++;
            }
        }
        start = at;
        startLine = line;
    }

    private void fail(String problem) {
        tokens.add(new Token(Kind.ERROR, start, problem, startLine));
        failed = true;
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : NONE;
    }

    private static boolean isSpace(char unit) {
        return unit != NONE && SPACES.indexOf(unit) >= 0;
    }

    private static boolean isWord(char unit) {
        return unit == '_' || Character.isLetter(unit) || Character.isDigit(unit);
    }

    /** Text up to an action, whose left braces it takes. Whether there is one. */
    private boolean text() {
        int left = text.indexOf(LEFT, at);
        if (left < 0) {
            at = text.length();
            if (at > start) {
                emit(Kind.TEXT);
            }
            return false;
        }
        int inside = left + LEFT.length();
        boolean trims = text.startsWith("-", inside) && inside + 1 < text.length() && isSpace(text.charAt(inside + 1));
        int end = left;
        while (trims && end > start && isSpace(text.charAt(end - 1))) {
            end--;
        }
        if (end > start) {
            at = end;
            emit(Kind.TEXT);
        }
        at = left;
        skip();
        int afterMarker = inside + (trims ? 2 : 0);
        if (text.startsWith(LEFT_COMMENT, afterMarker)) {
            at = afterMarker;
            skip();
            comment();
            return !failed && text();
        }
        at = inside;
        emit(Kind.LEFT);
        at = afterMarker;
        skip();
        parens = 0;
        return true;
    }

    private void comment() {
        int end = text.indexOf(RIGHT_COMMENT, at + LEFT_COMMENT.length());
        if (end < 0) {
            fail("unclosed comment");
            return;
        }
        at = end + RIGHT_COMMENT.length();
        if (!right(false)) {
            fail("comment ends before closing delimiter");
        }
    }

    /** Takes the right braces when they come, with the blanks that a trim marker takes along. */
    private boolean right(boolean isToken) {
        boolean trims = isSpace(peek()) && text.startsWith("-" + RIGHT, at + 1);
        if (!trims && !text.startsWith(RIGHT, at)) {
            return false;
        }
        at += trims ? 2 : 0;
        skip();
        at += RIGHT.length();
        if (isToken) {
            emit(Kind.RIGHT);
        }
        while (trims && isSpace(peek())) {
            at++;
        }
        skip();
        return true;
    }

    private void action() {
        while (!failed) {
            boolean isEnd = text.startsWith(RIGHT, at) || isSpace(peek()) && text.startsWith("-" + RIGHT, at + 1);
            if (isEnd) {
                if (parens > 0) {
                    fail("unclosed left paren");
                } else {
                    right(true);
                }
                return;
            }
            piece();
        }
    }

    private void piece() {
        if (at >= text.length()) {
            fail("unclosed action");
            return;
        }
        char unit = text.charAt(at++);
        switch (unit) {
            case '=' -> emit(Kind.ASSIGN);
            case ':' -> {
                if (peek() != '=') {
                    fail("expected :=");
                    return;
                }
                at++;
                emit(Kind.DECLARE);
            }
            case '|' -> emit(Kind.PIPE);
            case '"' -> quoted('"', Kind.STRING, "unterminated quoted string");
            case '\'' -> quoted('\'', Kind.CHAR_CONSTANT, "unterminated character constant");
            case '`' -> raw();
            case '$' -> named(Kind.VARIABLE);
            case '.' -> {
                if (Character.isDigit(peek())) {
                    at--;
                    number();
                } else {
                    named(Kind.FIELD);
                }
            }
            case '(' -> {
                emit(Kind.LEFT_PAREN);
                parens++;
            }
            case ')' -> closing();
            default -> otherPiece(unit);
        }
    }

    private void closing() {
        if (--parens < 0) {
            fail("unexpected right paren");
        } else {
            emit(Kind.RIGHT_PAREN);
        }
    }

    private void otherPiece(char unit) {
        if (isSpace(unit)) {
            while (isSpace(peek()) && !text.startsWith("-" + RIGHT, at + 1)) {
                at++;
            }
            emit(Kind.SPACE);
        } else if (unit == '+' || unit == '-' || unit >= '0' && unit <= '9') {
            at--;
            number();
        } else if (isWord(unit)) {
            identifier();
        } else if (unit > ' ' && unit < 0x7f) {
            emit(Kind.CHAR);
        } else {
            fail("unrecognized character in action: "
                    + String.format(Locale.ROOT, "U+%04X", (int) unit)
                    + (Character.isISOControl(unit) ? "" : " '" + unit + "'"));
        }
    }

    private void identifier() {
        while (isWord(peek())) {
            at++;
        }
        String word = text.substring(start, at);
        if (!endsWord()) {
            fail("bad character " + character());
        } else if (KEYWORDS.containsKey(word)) {
            emit(KEYWORDS.get(word));
        } else {
            emit(word.equals("true") || word.equals("false") ? Kind.BOOL : Kind.IDENTIFIER);
        }
    }

    private String character() {
        return String.format(Locale.ROOT, "U+%04X '%c'", (int) peek(), peek());
    }

    /** Whether a word may end here, so that {@code .x+2} is refused and not read as two operands. */
    private boolean endsWord() {
        char unit = peek();
        return at >= text.length()
                || isSpace(unit)
                || ".,|:()".indexOf(unit) >= 0
                || unit == '='
                || text.startsWith(RIGHT, at);
    }

    private void named(Kind kind) {
        if (kind == Kind.FIELD && endsWord()) {
            emit(Kind.DOT);
            return;
        }
        if (kind == Kind.VARIABLE && endsWord()) {
            emit(Kind.VARIABLE);
            return;
        }
        while (isWord(peek())) {
            at++;
        }
        if (endsWord()) {
            emit(kind);
        } else {
            fail("bad character " + character());
        }
    }

    private void quoted(char quote, Kind kind, String problem) {
        while (at < text.length() && text.charAt(at) != '\n') {
            char unit = text.charAt(at++);
            if (unit == quote) {
                emit(kind);
                return;
            }
            if (unit == '\\') {
                if (at >= text.length() || text.charAt(at) == '\n') {
                    break;
                }
                at++;
            }
        }
        fail(problem);
    }

    private void raw() {
        int end = text.indexOf('`', at);
        if (end < 0) {
            fail("unterminated raw quoted string");
            return;
        }
        at = end + 1;
        emit(Kind.RAW_STRING);
    }

    private void number() {
        if (peek() == '+' || peek() == '-') {
            at++;
        }
        String digits = "0123456789_";
        boolean isHexadecimal = text.startsWith("0x", at) || text.startsWith("0X", at);
        if (isHexadecimal) {
            at += 2;
            digits = "0123456789abcdefABCDEF_";
        } else if (text.startsWith("0o", at) || text.startsWith("0b", at)) {
            at += 2;
        }
        run(digits);
        if (peek() == '.') {
            at++;
            run(digits);
        }
        if ((isHexadecimal ? "pP" : "eE").indexOf(peek()) >= 0 && peek() != NONE) {
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            run("0123456789_");
        }
        if (isWord(peek())) {
            at++;
            fail("bad number syntax: " + Quote.go(text.substring(start, at)));
            return;
        }
        emit(Kind.NUMBER);
    }

    private void run(String of) {
        while (peek() != NONE && of.indexOf(peek()) >= 0) {
            at++;
        }
    }
}

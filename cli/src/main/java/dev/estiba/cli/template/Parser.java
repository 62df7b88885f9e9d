package dev.estiba.cli.template;

import dev.estiba.cli.template.Token.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads a template, as Go's text/template/parse/parse.go does, with its refusals. */
final class Parser {
    private static final int MAX_DEPTH = 50;
    private static final String RANGE = "range", WITH = "with", IF = "if";

    private final Tokens tokens;
    private final Predicate<String> functions;
    private final Map<String, List<Node>> definitions = new HashMap<>();
    private List<String> variables = new ArrayList<>(List.of("$"));
    private int ranges;
    private int depth;

    /** How a list of nodes ended. */
    private enum End {
        END,
        ELSE
    }

    private record Body(List<Node> nodes, End end) {}

    /** @param functions those that there are */
    Parser(String source, Predicate<String> functions) {
        tokens = new Tokens(Lexer.tokens(source));
        this.functions = functions;
    }

    /** The templates by their names; the whole is called "". */
    Map<String, List<Node>> parse() throws TemplateException {
        List<Node> root = new ArrayList<>();
        while (tokens.peek().kind() != Kind.EOF) {
            int place = tokens.place();
            if (tokens.next().kind() == Kind.LEFT && tokens.nextNonSpace().kind() == Kind.DEFINE) {
                define();
                continue;
            }
            tokens.backTo(place);
            Optional<End> end = textOrAction(root);
            if (end.isPresent()) {
                throw tokens.wrong("unexpected " + shown(end.get()));
            }
        }
        definitions.put("", root);
        return definitions;
    }

    private static String shown(End end) {
        return end == End.END ? "{{end}}" : "{{else}}";
    }

    /** A definition that says nothing does not replace one that does. */
    private void define(String name, List<Node> nodes) {
        boolean isEmpty = nodes.stream()
                .allMatch(node -> node instanceof Node.Text text && text.text().isBlank());
        if (!isEmpty || !definitions.containsKey(name)) {
            definitions.put(name, nodes);
        }
    }

    private void define() throws TemplateException {
        String context = "define clause";
        Token name = tokens.nextNonSpace();
        if (name.kind() != Kind.STRING && name.kind() != Kind.RAW_STRING) {
            throw tokens.unexpected(name, context);
        }
        tokens.expect(Kind.RIGHT, context);
        define(unquoted(name), separate(context));
    }

    /** The body of a template of its own: it sees no variables, and no loop around it. */
    private List<Node> separate(String context) throws TemplateException {
        List<String> outer = variables;
        int outerRanges = ranges;
        variables = new ArrayList<>(List.of("$"));
        ranges = 0;
        Body body = list();
        variables = outer;
        ranges = outerRanges;
        if (body.end() != End.END) {
            throw tokens.wrong("unexpected " + shown(body.end()) + " in " + context);
        }
        return body.nodes();
    }

    private Body list() throws TemplateException {
        if (++depth > MAX_DEPTH) {
            throw tokens.wrong("too many blocks in one another");
        }
        List<Node> nodes = new ArrayList<>();
        while (tokens.peekNonSpace().kind() != Kind.EOF) {
            Optional<End> end = textOrAction(nodes);
            if (end.isPresent()) {
                depth--;
                return new Body(nodes, end.get());
            }
        }
        throw tokens.wrong("unexpected EOF");
    }

    private Optional<End> textOrAction(List<Node> to) throws TemplateException {
        Token token = tokens.nextNonSpace();
        if (token.kind() == Kind.TEXT) {
            to.add(new Node.Text(token.at(), token.text()));
            return Optional.empty();
        }
        if (token.kind() != Kind.LEFT) {
            throw tokens.unexpected(token, "input");
        }
        tokens.beginAction(token.line());
        Optional<End> end = action(to);
        tokens.endAction();
        return end;
    }

    private Optional<End> action(List<Node> to) throws TemplateException {
        Token token = tokens.nextNonSpace();
        switch (token.kind()) {
            case END -> {
                tokens.expect(Kind.RIGHT, "end");
                return Optional.of(End.END);
            }
            case ELSE -> {
                Kind next = tokens.peekNonSpace().kind();
                if (next != Kind.IF && next != Kind.WITH) {
                    tokens.expect(Kind.RIGHT, "else");
                }
                return Optional.of(End.ELSE);
            }
            case IF -> to.add(control(token.at(), IF));
            case WITH -> to.add(control(token.at(), WITH));
            case RANGE -> to.add(control(token.at(), RANGE));
            case BREAK -> to.add(new Node.Break(leaving(token, "break")));
            case CONTINUE -> to.add(new Node.Continue(leaving(token, "continue")));
            case TEMPLATE -> to.add(invocation());
            case BLOCK -> to.add(block());
            default -> {
                tokens.back(1);
                int at = tokens.peek().at();
                to.add(new Node.Action(at, pipeline("command", Kind.RIGHT)));
            }
        }
        return Optional.empty();
    }

    private int leaving(Token token, String word) throws TemplateException {
        tokens.expect(Kind.RIGHT, "{{" + word + "}}");
        if (ranges == 0) {
            throw tokens.wrong("{{" + word + "}} outside {{range}}");
        }
        return token.at();
    }

    private Node control(int at, String word) throws TemplateException {
        List<String> outer = List.copyOf(variables);
        Node.Pipe pipe = pipeline(word, Kind.RIGHT);
        ranges += word.equals(RANGE) ? 1 : 0;
        Body body = list();
        ranges -= word.equals(RANGE) ? 1 : 0;
        List<Node> otherwise = body.end() == End.ELSE ? otherwise(word) : List.of();
        variables = new ArrayList<>(outer);
        return word.equals(RANGE)
                ? new Node.Range(pipe.at(), pipe, body.nodes(), otherwise)
                : new Node.Choice(at, word.equals(WITH), pipe, body.nodes(), otherwise);
    }

    private List<Node> otherwise(String word) throws TemplateException {
        Token next = tokens.peek();
        boolean goesOn = word.equals(IF) && next.kind() == Kind.IF || word.equals(WITH) && next.kind() == Kind.WITH;
        if (goesOn) {
            if (++depth > MAX_DEPTH) {
                throw tokens.wrong("too many blocks in one another");
            }
            tokens.next();
            Node more = control(next.at(), word);
            depth--;
            return List.of(more);
        }
        Body body = list();
        if (body.end() != End.END) {
            throw tokens.wrong("expected end; found " + shown(body.end()));
        }
        return body.nodes();
    }

    private Node invocation() throws TemplateException {
        String context = "template clause";
        Token token = tokens.nextNonSpace();
        String name = templateName(token, context);
        Optional<Node.Pipe> pipe = Optional.empty();
        if (tokens.nextNonSpace().kind() != Kind.RIGHT) {
            tokens.back(1);
            pipe = Optional.of(pipeline(context, Kind.RIGHT));
        }
        return new Node.Invocation(token.at(), name, pipe);
    }

    private Node block() throws TemplateException {
        String context = "block clause";
        Token token = tokens.nextNonSpace();
        String name = templateName(token, context);
        Node.Pipe pipe = pipeline(context, Kind.RIGHT);
        define(name, separate(context));
        return new Node.Invocation(token.at(), name, Optional.of(pipe));
    }

    private String templateName(Token token, String context) throws TemplateException {
        if (token.kind() != Kind.STRING && token.kind() != Kind.RAW_STRING) {
            throw tokens.unexpected(token, context);
        }
        return unquoted(token);
    }

    private String unquoted(Token token) throws TemplateException {
        return GoText.unquote(token.text()).orElseThrow(() -> tokens.wrong("invalid syntax"));
    }

    // Pipelines

    private Node.Pipe pipeline(String context, Kind end) throws TemplateException {
        if (++depth > MAX_DEPTH) {
            throw tokens.wrong("too many parentheses");
        }
        int at = tokens.peekNonSpace().at();
        List<String> declared = new ArrayList<>();
        boolean assigns = declarations(context, declared);
        List<Node.Command> commands = new ArrayList<>();
        while (true) {
            Token token = tokens.nextNonSpace();
            if (token.kind() == end) {
                depth--;
                return checked(new Node.Pipe(at, assigns, declared, commands), context);
            }
            switch (token.kind()) {
                case BOOL,
                        CHAR_CONSTANT,
                        DOT,
                        FIELD,
                        IDENTIFIER,
                        NUMBER,
                        NIL,
                        RAW_STRING,
                        STRING,
                        VARIABLE,
                        LEFT_PAREN -> {
                    tokens.back(1);
                    commands.add(command());
                }
                default -> throw tokens.unexpected(token, context);
            }
        }
    }

    /** Whether what stands before the pipeline, if anything, gives values to variables that there are. */
    private boolean declarations(String context, List<String> declared) throws TemplateException {
        while (tokens.peekNonSpace().kind() == Kind.VARIABLE) {
            int place = tokens.place();
            Token variable = tokens.next();
            Token next = tokens.peekNonSpace();
            if (next.kind() == Kind.ASSIGN || next.kind() == Kind.DECLARE) {
                tokens.next();
                declared.add(variable.text());
                variables.add(variable.text());
                return next.kind() == Kind.ASSIGN;
            }
            if (next.kind() != Kind.CHAR || !next.text().equals(",")) {
                tokens.backTo(place);
                return false;
            }
            tokens.next();
            declared.add(variable.text());
            variables.add(variable.text());
            if (!context.equals(RANGE) || declared.size() > 1) {
                throw tokens.wrong("too many declarations in " + context);
            }
            switch (tokens.peekNonSpace().kind()) {
                case VARIABLE, RIGHT, RIGHT_PAREN -> {}
                default -> throw tokens.wrong("range can only initialize variables");
            }
        }
        return false;
    }

    private Node.Pipe checked(Node.Pipe pipe, String context) throws TemplateException {
        if (pipe.commands().isEmpty()) {
            throw tokens.wrong("missing value for " + context);
        }
        for (int i = 1; i < pipe.commands().size(); i++) {
            switch (pipe.commands().get(i).words().getFirst()) {
                case Node.Bool bool -> throw inert(i);
                case Node.Dot dot -> throw inert(i);
                case Node.Nil nil -> throw inert(i);
                case Node.Number number -> throw inert(i);
                case Node.Quoted quoted -> throw inert(i);
                default -> {}
            }
        }
        return pipe;
    }

    private TemplateException inert(int index) {
        return tokens.wrong("non executable command in pipeline stage " + (index + 1));
    }

    private Node.Command command() throws TemplateException {
        int at = tokens.peekNonSpace().at();
        List<Node> words = new ArrayList<>();
        while (true) {
            tokens.peekNonSpace();
            operand().ifPresent(words::add);
            Token token = tokens.next();
            if (token.kind() == Kind.SPACE) {
                continue;
            }
            if (token.kind() == Kind.RIGHT || token.kind() == Kind.RIGHT_PAREN) {
                tokens.back(1);
            } else if (token.kind() != Kind.PIPE) {
                throw tokens.unexpected(token, "operand");
            }
            break;
        }
        if (words.isEmpty()) {
            throw tokens.wrong("empty command");
        }
        return new Node.Command(at, words);
    }

    private Optional<Node> operand() throws TemplateException {
        Optional<Node> term = term();
        if (term.isEmpty() || tokens.peek().kind() != Kind.FIELD) {
            return term;
        }
        int at = tokens.peek().at();
        List<String> names = new ArrayList<>();
        while (tokens.peek().kind() == Kind.FIELD) {
            names.add(tokens.next().text().substring(1));
        }
        return Optional.of(
                switch (term.get()) {
                    case Node.Fields(int ignored, List<String> first) -> {
                        names.addAll(0, first);
                        yield new Node.Fields(at, names);
                    }
                    case Node.Variable(int ignored, String name, List<String> none) ->
                        new Node.Variable(at, name, names);
                    case Node.Identifier function -> new Node.Chain(at, function, names);
                    case Node.Pipe pipe -> new Node.Chain(at, pipe, names);
                    default ->
                        throw tokens.wrong("unexpected . after term "
                                + GoText.quote(term.get().toString()));
                });
    }

    private Optional<Node> term() throws TemplateException {
        Token token = tokens.nextNonSpace();
        int at = token.at();
        String text = token.text();
        return switch (token.kind()) {
            case IDENTIFIER -> {
                if (!functions.test(text)) {
                    throw tokens.wrong("function " + GoText.quote(text) + " not defined");
                }
                yield Optional.of(new Node.Identifier(at, text));
            }
            case DOT -> Optional.of(new Node.Dot(at));
            case NIL -> Optional.of(new Node.Nil(at));
            case VARIABLE -> {
                if (!variables.contains(text)) {
                    throw tokens.wrong("undefined variable " + GoText.quote(text));
                }
                yield Optional.of(new Node.Variable(at, text, List.of()));
            }
            case FIELD -> Optional.of(new Node.Fields(at, List.of(text.substring(1))));
            case BOOL -> Optional.of(new Node.Bool(at, text.equals("true")));
            case CHAR_CONSTANT, NUMBER -> Optional.of(new Node.Number(at, tokens.number(token), text));
            case LEFT_PAREN -> Optional.of(pipeline("parenthesized pipeline", Kind.RIGHT_PAREN));
            case STRING, RAW_STRING -> Optional.of(new Node.Quoted(at, unquoted(token), text));
            default -> {
                tokens.back(1);
                yield Optional.empty();
            }
        };
    }
}

package dev.estiba.cli.template;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Fills one template in, as Go's text/template/exec.go does, with its refusals. */
final class Execution {
    private static final int MAX_OUTPUT = 16 << 20, MAX_DEPTH = 200, MAX_TURNS = 1_000_000;

    private final String source;
    private final Map<String, List<Node>> templates;
    private final Purpose purpose;
    private final StringBuilder out = new StringBuilder();
    private final Evaluation evaluation;
    private String name = "";
    private Node node = new Node.Dot(0);
    private int depth;
    private int turns;
    private Variables variables;

    /** What is made of the template. */
    enum Purpose {
        TEXT,
        /** What a map does not have is refused. */
        STRICT,
        /** A table's line of headings, which functions leave as they are. */
        HEADINGS
    }

    /** How a list of nodes was left. */
    private enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    Execution(String source, Map<String, List<Node>> templates, Purpose purpose, GoValue dot) {
        this.source = source;
        this.templates = templates;
        this.purpose = purpose;
        variables = new Variables(dot);
        evaluation = new Evaluation(this);
    }

    String run(GoValue dot) throws TemplateException {
        walk(templates.getOrDefault("", List.of()), dot);
        return out.toString();
    }

    /** As far as it comes. */
    String filled(GoValue dot) {
        try {
            return run(dot);
        } catch (TemplateException cutShort) {
            return out.toString();
        }
    }

    Variables variables() {
        return variables;
    }

    boolean missingIsError() {
        return purpose == Purpose.STRICT;
    }

    boolean isForHeadings() {
        return purpose == Purpose.HEADINGS;
    }

    /** What is being looked at, for refusals. */
    void at(Node place) {
        node = place;
    }

    TemplateException wrong(String problem) {
        String before = source.substring(0, Math.min(node.at(), source.length()));
        int lineStart = before.lastIndexOf('\n') + 1;
        int line = 1 + (int) before.chars().filter(unit -> unit == '\n').count();
        int column = before.substring(lineStart).getBytes(StandardCharsets.UTF_8).length;
        return new TemplateException("template: :" + line + ":" + column + ": executing " + GoText.quote(name) + " at <"
                + node + ">: " + problem);
    }

    private Flow walk(List<Node> nodes, GoValue dot) throws TemplateException {
        for (Node each : nodes) {
            Flow flow = walk(each, dot);
            if (flow != Flow.ON) {
                return flow;
            }
        }
        return Flow.ON;
    }

    private Flow walk(Node each, GoValue dot) throws TemplateException {
        at(each);
        switch (each) {
            case Node.Text text -> print(text.text());
            case Node.Action action -> {
                GoValue value = evaluation.pipeline(dot, Optional.of(action.pipe()));
                if (action.pipe().variables().isEmpty()) {
                    at(each);
                    print(GoFormat.printed(value));
                }
            }
            case Node.Choice choice -> {
                return choice(choice, dot);
            }
            case Node.Range range -> range(range, dot);
            case Node.Break leave -> {
                return Flow.BREAK;
            }
            case Node.Continue next -> {
                return Flow.CONTINUE;
            }
            case Node.Invocation invocation -> invoke(invocation, dot);
            default -> throw wrong("unknown node: " + each);
        }
        return Flow.ON;
    }

    private void print(String text) throws TemplateException {
        out.append(text);
        if (out.length() > MAX_OUTPUT) {
            throw wrong("the template makes more than 16 MiB");
        }
    }

    private Flow choice(Node.Choice choice, GoValue dot) throws TemplateException {
        int mark = variables.mark();
        GoValue value = evaluation.pipeline(dot, Optional.of(choice.pipe()));
        boolean isTrue = value.inInterface().isTrue();
        Flow flow = isTrue ? walk(choice.then(), choice.isWith() ? value : dot) : walk(choice.otherwise(), dot);
        variables.pop(mark);
        return flow;
    }

    private void range(Node.Range range, GoValue dot) throws TemplateException {
        int mark = variables.mark();
        GoValue over = evaluation.pipeline(dot, Optional.of(range.pipe())).indirect();
        boolean hasTurned = switch (over.data()) {
            case List<?> list -> elements(range, over);
            case Map<?, ?> map -> entries(range, over);
            case Long count when over.type() instanceof GoType.Basic -> counted(range, over, count);
            default -> {
                if (!over.isNone() && !(over.isNil() && isCollection(over.type()))) {
                    throw wrong("range can't iterate over " + GoFormat.print(over));
                }
                yield false;
            }
        };
        variables.pop(mark);
        if (!hasTurned) {
            walk(range.otherwise(), dot);
        }
    }

    private static boolean isCollection(GoType type) {
        return type instanceof GoType.Sequence || type instanceof GoType.Mapping || type instanceof GoType.Any;
    }

    private boolean elements(Node.Range range, GoValue over) throws TemplateException {
        List<GoValue> elements = over.elements();
        for (int i = 0; i < elements.size(); i++) {
            if (turn(range, GoValue.of((long) i), elements.get(i))) {
                break;
            }
        }
        return !elements.isEmpty();
    }

    private boolean entries(Node.Range range, GoValue over) throws TemplateException {
        Map<String, GoValue> entries = over.entries();
        GoType key = over.type() instanceof GoType.Mapping map ? map.key() : GoType.STRING;
        for (Map.Entry<String, GoValue> entry : entries.entrySet()) {
            if (turn(range, new GoValue(key, entry.getKey()), entry.getValue())) {
                break;
            }
        }
        return !entries.isEmpty();
    }

    private boolean counted(Node.Range range, GoValue over, long count) throws TemplateException {
        if (range.pipe().variables().size() > 1) {
            throw wrong("can't use " + GoFormat.print(over) + " to iterate over more than one variable");
        }
        for (long i = 0; i < count; i++) {
            GoValue value = new GoValue(over.type(), i);
            if (turn(range, value, value)) {
                break;
            }
        }
        return count > 0;
    }

    /** One turn of a loop. Whether it was the last. */
    private boolean turn(Node.Range range, GoValue index, GoValue element) throws TemplateException {
        if (++turns > MAX_TURNS) {
            throw wrong("the template's loops have more than " + MAX_TURNS + " turns");
        }
        List<String> names = range.pipe().variables();
        if (!names.isEmpty()) {
            give(range.pipe(), 0, names.size() > 1 ? index : element);
        }
        if (names.size() > 1) {
            give(range.pipe(), 1, element);
        }
        int mark = variables.mark();
        Flow flow = walk(range.body(), element);
        variables.pop(mark);
        return flow == Flow.BREAK;
    }

    private void give(Node.Pipe pipe, int place, GoValue value) {
        if (pipe.assigns()) {
            variables.set(pipe.variables().get(place), value);
        } else {
            variables.setTop(pipe.variables().size() - place, value);
        }
    }

    private void invoke(Node.Invocation invocation, GoValue dot) throws TemplateException {
        List<Node> nodes = templates.get(invocation.name());
        if (nodes == null) {
            throw wrong("template " + GoText.quote(invocation.name()) + " not defined");
        }
        if (depth == MAX_DEPTH) {
            throw wrong("exceeded maximum template depth (" + MAX_DEPTH + ")");
        }
        GoValue value = evaluation.pipeline(dot, invocation.pipe());
        Variables outer = variables;
        String outerName = name;
        variables = new Variables(value);
        name = invocation.name();
        depth++;
        walk(nodes, value);
        depth--;
        name = outerName;
        variables = outer;
    }
}

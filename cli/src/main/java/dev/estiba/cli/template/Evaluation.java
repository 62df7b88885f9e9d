package dev.estiba.cli.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Values of pipelines, fields and calls, as Go's text/template/exec.go has them. */
final class Evaluation {
    private final Execution run;

    Evaluation(Execution run) {
        this.run = run;
    }

    /** The value of no pipeline is none. */
    GoValue pipeline(GoValue dot, Optional<Node.Pipe> of) throws TemplateException {
        if (of.isEmpty()) {
            return GoValue.NONE;
        }
        Node.Pipe pipe = of.get();
        run.at(pipe);
        Optional<GoValue> value = Optional.empty();
        for (Node.Command command : pipe.commands()) {
            value = Optional.of(command(dot, command, value).inInterface());
        }
        GoValue result = value.orElse(GoValue.NONE);
        for (String name : pipe.variables()) {
            if (pipe.assigns()) {
                run.variables().set(name, result);
            } else {
                run.variables().declare(name, result);
            }
        }
        return result;
    }

    /** @param last what the pipeline adds to the arguments */
    private GoValue command(GoValue dot, Node.Command command, Optional<GoValue> last) throws TemplateException {
        Node first = command.words().getFirst();
        List<Node> arguments = command.words().subList(1, command.words().size());
        switch (first) {
            case Node.Fields fields -> {
                return fields(dot, dot, fields, fields.names(), arguments, last);
            }
            case Node.Chain chain -> {
                return chain(dot, chain, arguments, last);
            }
            case Node.Identifier function -> {
                return function(dot, function, command, arguments, last);
            }
            case Node.Pipe pipe -> {
                noArguments(first, arguments, last);
                return pipeline(dot, Optional.of(pipe));
            }
            case Node.Variable variable -> {
                return variable(dot, variable, arguments, last);
            }
            default -> {}
        }
        run.at(first);
        noArguments(first, arguments, last);
        return switch (first) {
            case Node.Nil nil -> throw run.wrong("nil is not a command");
            default -> constant(dot, first);
        };
    }

    private void noArguments(Node first, List<Node> arguments, Optional<GoValue> last) throws TemplateException {
        if (!arguments.isEmpty() || last.isPresent()) {
            throw run.wrong("can't give argument to non-function " + first);
        }
    }

    private static GoValue constant(GoValue dot, Node node) {
        return switch (node) {
            case Node.Bool bool -> GoValue.of(bool.value());
            case Node.Quoted quoted -> GoValue.of(quoted.value());
            case Node.Number number when number.value() instanceof Double value -> new GoValue(GoType.FLOAT64, value);
            case Node.Number number -> new GoValue(GoType.INT, number.value());
            default -> dot;
        };
    }

    private GoValue variable(GoValue dot, Node.Variable node, List<Node> arguments, Optional<GoValue> last)
            throws TemplateException {
        run.at(node);
        GoValue value = run.variables().get(node.name());
        if (node.names().isEmpty()) {
            noArguments(node, arguments, last);
            return value;
        }
        return fields(dot, value, node, node.names(), arguments, last);
    }

    private GoValue chain(GoValue dot, Node.Chain node, List<Node> arguments, Optional<GoValue> last)
            throws TemplateException {
        run.at(node);
        if (node.of() instanceof Node.Nil) {
            throw run.wrong("indirection through explicit nil in " + node);
        }
        GoValue of = argument(dot, Builtin.Parameter.VALUE, node.of());
        return fields(dot, of, node, node.names(), arguments, last);
    }

    private GoValue fields(
            GoValue dot, GoValue of, Node node, List<String> names, List<Node> arguments, Optional<GoValue> last)
            throws TemplateException {
        run.at(node);
        GoValue value = of;
        for (int i = 0; i < names.size() - 1; i++) {
            value = field(dot, names.get(i), node, List.of(), Optional.empty(), value);
        }
        return field(dot, names.getLast(), node, arguments, last, value);
    }

    private GoValue field(
            GoValue dot, String name, Node node, List<Node> arguments, Optional<GoValue> last, GoValue receiver)
            throws TemplateException {
        if (receiver.isNone()) {
            if (run.missingIsError()) {
                throw run.wrong("nil data; no entry for key " + GoText.quote(name));
            }
            return GoValue.NONE;
        }
        String type = receiver.type().name();
        GoValue of = receiver.indirect();
        if (of.isNil() && of.type() instanceof GoType.Any) {
            throw run.wrong("nil pointer evaluating " + type + "." + name);
        }
        boolean hasArguments = !arguments.isEmpty() || last.isPresent();
        switch (of.type()) {
            case GoType.Row row
            when of.data() instanceof GoValue.Cells cells -> {
                Optional<GoValue> found = method(dot, cells, name, node, arguments, last);
                if (found.isPresent()) {
                    return found.get();
                }
                type = "*" + type;
            }
            case GoType.Struct struct -> {
                Optional<GoValue> found = inStruct(of, name);
                if (found.isPresent() && hasArguments) {
                    throw run.wrong(name + " has arguments but cannot be invoked as function");
                }
                if (found.isPresent()) {
                    return found.get();
                }
            }
            case GoType.Mapping map
            when map.key().equals(GoType.STRING) -> {
                if (hasArguments) {
                    throw run.wrong(name + " is not a method but has arguments");
                }
                GoValue found = of.entries().getOrDefault(name, GoValue.NONE);
                if (found.isNone() && run.missingIsError()) {
                    throw run.wrong("map has no entry for key " + GoText.quote(name));
                }
                return found;
            }
            case GoType.Pointer pointer
            when of.isNil() && hasField(pointer.to(), name) ->
                throw run.wrong("nil pointer evaluating " + type + "." + name);
            default -> {}
        }
        throw run.wrong("can't evaluate field " + name + " in type " + type);
    }

    private static boolean hasField(GoType type, String name) {
        return !(type instanceof GoType.Struct struct)
                || struct.fields().stream()
                        .anyMatch(field ->
                                field.name().equals(name) || field.isEmbedded() && hasField(bare(field.type()), name));
    }

    private static GoType bare(GoType type) {
        return type instanceof GoType.Pointer pointer ? pointer.to() : type;
    }

    /** Its own field of that name, or one of what is embedded. */
    private static Optional<GoValue> inStruct(GoValue of, String name) {
        GoValue bare = of.indirect();
        if (!(bare.type() instanceof GoType.Struct struct && bare.data() instanceof GoValue.Contents contents)) {
            return Optional.empty();
        }
        for (int i = 0; i < struct.fields().size(); i++) {
            if (struct.fields().get(i).name().equals(name)) {
                return Optional.of(contents.values().get(i));
            }
        }
        for (int i = 0; i < struct.fields().size(); i++) {
            Optional<GoValue> inner = struct.fields().get(i).isEmbedded()
                    ? inStruct(contents.values().get(i), name)
                    : Optional.empty();
            if (inner.isPresent()) {
                return inner;
            }
        }
        return Optional.empty();
    }

    private Optional<GoValue> method(
            GoValue dot, GoValue.Cells cells, String name, Node node, List<Node> arguments, Optional<GoValue> last)
            throws TemplateException {
        GoValue value = cells.values().get(name);
        var lookup = cells.lookups().get(name);
        if (value == null && lookup == null) {
            // Headings are a map: what it does not have is nothing.
            return run.isForHeadings() ? Optional.of(GoValue.NONE) : Optional.empty();
        }
        int wanted = lookup == null ? 0 : 1;
        int given = arguments.size() + (last.isPresent() ? 1 : 0);
        if (given != wanted) {
            throw run.wrong("wrong number of args for " + name + ": want " + wanted + " got " + given);
        }
        if (lookup == null) {
            return Optional.ofNullable(value);
        }
        GoValue argument = arguments.isEmpty()
                ? validated(last.orElse(GoValue.NONE), Builtin.Parameter.STRING)
                : argument(dot, Builtin.Parameter.STRING, arguments.getFirst());
        run.at(node);
        return Optional.of(GoValue.of(lookup.apply(argument.text())));
    }

    // Functions

    private GoValue function(
            GoValue dot, Node.Identifier name, Node command, List<Node> arguments, Optional<GoValue> last)
            throws TemplateException {
        run.at(name);
        Builtin function = Builtin.of(name.name());
        int given = arguments.size() + (last.isPresent() ? 1 : 0);
        int fixed = function.fixed().size();
        if (function.isVariadic() ? given < fixed : given != fixed) {
            String want = (function.isVariadic() ? "at least " : "") + fixed;
            int told = function.isVariadic() ? arguments.size() : given;
            throw run.wrong("wrong number of args for " + name.name() + ": want " + want + " got " + told);
        }
        if (function == Builtin.AND || function == Builtin.OR) {
            return shortened(dot, function == Builtin.OR, arguments, last);
        }
        List<GoValue> values = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            boolean isHeading = i == 0 && run.isForHeadings() && function.leavesHeadings();
            values.add(argument(dot, isHeading ? Builtin.Parameter.ANY : function.parameter(i), arguments.get(i)));
        }
        if (last.isPresent()) {
            values.add(validated(last.get(), function.parameter(arguments.size())));
        }
        try {
            if (function == Builtin.CALL) {
                String called =
                        arguments.isEmpty() ? "<final>" : arguments.getFirst().toString();
                throw new CallException(
                        values.getFirst().inInterface().isNone()
                                ? "call of nil"
                                : "non-function " + called + " of type "
                                        + values.getFirst().inInterface().type().name());
            }
            return run.isForHeadings() && function.leavesHeadings()
                    ? values.getFirst().inInterface()
                    : Functions.apply(function, values);
        } catch (CallException e) {
            run.at(command);
            throw run.wrong("error calling " + name.name() + ": " + e.problem());
        }
    }

    /** {@code and} and {@code or} look at no more arguments than they have to. */
    private GoValue shortened(GoValue dot, boolean isOr, List<Node> arguments, Optional<GoValue> last)
            throws TemplateException {
        GoValue value = GoValue.NONE;
        for (Node argument : arguments) {
            value = argument(dot, Builtin.Parameter.VALUE, argument);
            if (value.inInterface().isTrue() == isOr) {
                return value;
            }
        }
        return last.orElse(value);
    }

    /** What stands there, as what the function wants. */
    private GoValue argument(GoValue dot, Builtin.Parameter wanted, Node node) throws TemplateException {
        run.at(node);
        Optional<GoValue> value = switch (node) {
            case Node.Dot all -> Optional.of(dot);
            case Node.Fields fields ->
                Optional.of(fields(dot, dot, fields, fields.names(), List.of(), Optional.empty()));
            case Node.Variable variable -> Optional.of(variable(dot, variable, List.of(), Optional.empty()));
            case Node.Pipe pipe -> Optional.of(pipeline(dot, Optional.of(pipe)));
            case Node.Identifier function ->
                Optional.of(function(dot, function, function, List.of(), Optional.empty()));
            case Node.Chain chain -> Optional.of(chain(dot, chain, List.of(), Optional.empty()));
            default -> Optional.empty();
        };
        if (value.isPresent()) {
            return validated(value.get(), wanted);
        }
        if (node instanceof Node.Nil) {
            if (!wanted.type().canBeNil()) {
                throw run.wrong("cannot assign nil to " + wanted.type().name());
            }
            boolean isOpen = wanted == Builtin.Parameter.ANY || wanted == Builtin.Parameter.VALUE;
            return isOpen ? GoValue.NONE : new GoValue(wanted.type(), GoValue.NIL);
        }
        GoValue constant = constant(dot, node);
        boolean fits = switch (wanted) {
            case VALUE, ANY -> true;
            case STRING -> node instanceof Node.Quoted;
            case INT -> constant.is(GoType.Kind.INT);
            case STRINGS -> false;
        };
        if (fits) {
            return constant;
        }
        throw run.wrong(
                switch (wanted) {
                    case STRING -> "expected string; found " + node;
                    case INT -> "expected integer; found " + node;
                    case STRINGS, VALUE, ANY ->
                        "can't handle " + node + " for arg of type "
                                + wanted.type().name();
                });
    }

    /** exec.go's validateType. */
    private GoValue validated(GoValue value, Builtin.Parameter wanted) throws TemplateException {
        if (wanted == Builtin.Parameter.VALUE || wanted == Builtin.Parameter.ANY) {
            return value;
        }
        GoType type = wanted.type();
        if (value.isNone()) {
            if (type.canBeNil()) {
                return new GoValue(type, GoValue.NIL);
            }
            throw run.wrong("invalid value; expected " + type.name());
        }
        GoValue bare = value.inInterface();
        if (!bare.isNone() && bare.type().isAssignableTo(type)) {
            return bare;
        }
        if (bare.type() instanceof GoType.Pointer pointer && pointer.to().isAssignableTo(type)) {
            if (bare.data() instanceof GoValue inner) {
                return inner;
            }
            throw run.wrong("dereference of nil pointer of type " + type.name());
        }
        String found = bare.isNone() ? value.type().name() : bare.type().name();
        throw run.wrong("wrong type for value; expected " + type.name() + "; got " + found);
    }

    /** What a map has, for who looks it up by a value. */
    static GoValue entry(GoValue map, String key, GoType valueType) {
        Map<String, GoValue> entries = map.entries();
        return entries.containsKey(key) ? entries.get(key) : GoZero.of(valueType);
    }
}

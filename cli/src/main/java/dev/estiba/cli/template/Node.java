package dev.estiba.cli.template;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a template is made of, as text/template/parse has it; {@code toString} is the source as refusals quote it. */
sealed interface Node {
    /** Where it stands in the source, in characters. */
    int at();

    record Text(int at, String text) implements Node {
        @Override
        public String toString() {
            return text;
        }
    }

    /** A pipeline whose value is printed, unless it gives it to a variable. */
    record Action(int at, Pipe pipe) implements Node {
        @Override
        public String toString() {
            return "{{" + pipe + "}}";
        }
    }

    /** {@code with}: the value is the dot inside. */
    record Choice(int at, boolean isWith, Pipe pipe, List<Node> then, List<Node> otherwise) implements Node {
        public Choice {
            then = List.copyOf(then);
            otherwise = List.copyOf(otherwise);
        }

        @Override
        public String toString() {
            return "{{" + (isWith ? "with " : "if ") + pipe + "}}" + joined(then)
                    + (otherwise.isEmpty() ? "" : "{{else}}" + joined(otherwise)) + "{{end}}";
        }
    }

    record Range(int at, Pipe pipe, List<Node> body, List<Node> otherwise) implements Node {
        public Range {
            body = List.copyOf(body);
            otherwise = List.copyOf(otherwise);
        }

        @Override
        public String toString() {
            return "{{range " + pipe + "}}" + joined(body) + (otherwise.isEmpty() ? "" : "{{else}}" + joined(otherwise))
                    + "{{end}}";
        }
    }

    record Break(int at) implements Node {
        @Override
        public String toString() {
            return "{{break}}";
        }
    }

    record Continue(int at) implements Node {
        @Override
        public String toString() {
            return "{{continue}}";
        }
    }

    record Invocation(int at, String name, Optional<Pipe> pipe) implements Node {
        @Override
        public String toString() {
            return "{{template " + GoText.quote(name)
                    + pipe.map(each -> " " + each).orElse("") + "}}";
        }
    }

    /** @param assigns to variables that there are, instead of declaring them */
    record Pipe(int at, boolean assigns, List<String> variables, List<Command> commands) implements Node {
        public Pipe {
            variables = List.copyOf(variables);
            commands = List.copyOf(commands);
        }

        @Override
        public String toString() {
            String names = variables.isEmpty() ? "" : String.join(", ", variables) + (assigns ? " = " : " := ");
            return names + commands.stream().map(Command::toString).collect(Collectors.joining(" | "));
        }
    }

    record Command(int at, List<Node> words) implements Node {
        public Command {
            words = List.copyOf(words);
        }

        @Override
        public String toString() {
            return words.stream()
                    .map(word -> word instanceof Pipe ? "(" + word + ")" : word.toString())
                    .collect(Collectors.joining(" "));
        }
    }

    record Dot(int at) implements Node {
        @Override
        public String toString() {
            return ".";
        }
    }

    record Nil(int at) implements Node {
        @Override
        public String toString() {
            return "nil";
        }
    }

    record Bool(int at, boolean value) implements Node {
        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /** @param value a Long, or a Double */
    record Number(int at, Object value, String text) implements Node {
        @Override
        public String toString() {
            return text;
        }
    }

    record Quoted(int at, String value, String text) implements Node {
        @Override
        public String toString() {
            return text;
        }
    }

    record Identifier(int at, String name) implements Node {
        @Override
        public String toString() {
            return name;
        }
    }

    record Fields(int at, List<String> names) implements Node {
        public Fields {
            names = List.copyOf(names);
        }

        @Override
        public String toString() {
            return "." + String.join(".", names);
        }
    }

    record Variable(int at, String name, List<String> names) implements Node {
        public Variable {
            names = List.copyOf(names);
        }

        @Override
        public String toString() {
            return names.isEmpty() ? name : name + "." + String.join(".", names);
        }
    }

    /** Fields of what is in parentheses. */
    record Chain(int at, Node of, List<String> names) implements Node {
        public Chain {
            names = List.copyOf(names);
        }

        @Override
        public String toString() {
            return (of instanceof Pipe ? "(" + of + ")" : of.toString()) + "." + String.join(".", names);
        }
    }

    private static String joined(List<Node> nodes) {
        return nodes.stream().map(Node::toString).collect(Collectors.joining());
    }
}

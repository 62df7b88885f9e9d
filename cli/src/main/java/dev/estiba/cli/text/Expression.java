package dev.estiba.cli.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What stands in a template's braces: fields, variables, functions, a pipeline of them. */
sealed interface Expression {
    /** The value, with the dot and the variables of the place where it stands. */
    Object value(Object dot, Map<String, Object> variables) throws TemplateException;

    /** A string, a number, true or false. */
    record Literal(Object value) implements Expression {
        @Override
        public Object value(Object dot, Map<String, Object> variables) {
            return value;
        }
    }

    /** {@code .A.B}, {@code $x.A}, or {@code (…).A}. */
    record Fields(Expression of, List<String> names) implements Expression {
        public Fields {
            names = List.copyOf(names);
        }

        @Override
        public Object value(Object dot, Map<String, Object> variables) throws TemplateException {
            Object value = of.value(dot, variables);
            for (String name : names) {
                value = field(value, name);
            }
            return value;
        }

        /** The field of that name; one that differs in case when there is no other. */
        private static Object field(Object value, String name) throws TemplateException {
            if (value instanceof Map<?, ?> map) {
                if (map.containsKey(name)) {
                    return map.get(name);
                }
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    if (String.valueOf(entry.getKey()).equalsIgnoreCase(name)) {
                        return entry.getValue();
                    }
                }
                throw new TemplateException("map has no entry for key " + Function.quote(name));
            }
            if (value.equals(Tree.NULL)) {
                return Tree.NULL;
            }
            throw new TemplateException("can't evaluate field " + name + " in " + Tree.print(value));
        }
    }

    /** The dot. */
    record Dot() implements Expression {
        @Override
        public Object value(Object dot, Map<String, Object> variables) {
            return dot;
        }
    }

    /** A variable. */
    record Variable(String name) implements Expression {
        @Override
        public Object value(Object dot, Map<String, Object> variables) throws TemplateException {
            Object value = variables.get(name);
            if (value == null) {
                throw new TemplateException("undefined variable " + Function.quote(name));
            }
            return value;
        }
    }

    /** A function and what it is given. */
    record Application(Function function, List<Expression> arguments) implements Expression {
        public Application {
            arguments = List.copyOf(arguments);
        }

        @Override
        public Object value(Object dot, Map<String, Object> variables) throws TemplateException {
            List<Object> values = new ArrayList<>();
            for (Expression argument : arguments) {
                values.add(argument.value(dot, variables));
            }
            return function.apply(values);
        }
    }
}

package dev.estiba.cli.template;

import java.util.ArrayList;
import java.util.List;

/** The variables of a template that is being filled in: the innermost of a name counts. */
final class Variables {
    private final List<String> names = new ArrayList<>();
    private final List<GoValue> values = new ArrayList<>();

    Variables(GoValue whole) {
        declare("$", whole);
    }

    void declare(String name, GoValue value) {
        names.add(name);
        values.add(value);
    }

    int mark() {
        return names.size();
    }

    /** Those that were declared since are no more. */
    void pop(int mark) {
        names.subList(mark, names.size()).clear();
        values.subList(mark, values.size()).clear();
    }

    /** The parser has seen to it that it is there. */
    GoValue get(String name) {
        return values.get(names.lastIndexOf(name));
    }

    void set(String name, GoValue value) {
        values.set(names.lastIndexOf(name), value);
    }

    /** Gives the {@code n}th from the end a value. */
    void setTop(int n, GoValue value) {
        values.set(values.size() - n, value);
    }
}

package dev.estiba.cli.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A value as Go's reflection has it.
 *
 * @param type the static one: what is in an interface has its own
 * @param data of a basic type see {@link GoType.Kind}; a List, a SortedMap, {@link Contents}, {@link Cells}, what a pointer or an
 *     interface leads to, or {@link #NIL}
 */
public record GoValue(GoType type, Object data) {
    /** Of pointers, interfaces, maps and slices. */
    static final Object NIL = Optional.empty();

    /** No value at all: what a map does not have, what is in a nil interface. */
    static final GoValue NONE = new GoValue(GoType.ANY, new Object());

    /**
     * A struct's.
     *
     * @param values in the order of its fields
     * @param keys what the document calls them; empty: it does not have them
     */
    record Contents(List<GoValue> values, List<String> keys) {
        Contents {
            values = List.copyOf(values);
            keys = List.copyOf(keys);
        }
    }

    /**
     * A row's.
     *
     * @param lookups methods with one argument
     */
    record Cells(SortedMap<String, GoValue> values, Map<String, UnaryOperator<String>> lookups) {}

    /** A time of RFC 3339, as Go's time.Time prints itself. */
    public static String time(String text) {
        return GoTimes.text(of(text));
    }

    static GoValue of(boolean value) {
        return new GoValue(GoType.BOOL, value);
    }

    static GoValue of(String value) {
        return new GoValue(GoType.STRING, value);
    }

    static GoValue of(long value) {
        return new GoValue(GoType.INT, value);
    }

    /** What JSON's values are for Go when it knows nothing of them, but for whole numbers, which are int64 here. */
    public static GoValue of(Object tree) {
        return of(tree, false);
    }

    /** As {@link #of(Object)}, with numbers as json.Number: text of its own type. */
    public static GoValue withNumbersAsText(Object tree) {
        return of(tree, true);
    }

    private static GoValue of(Object tree, boolean asText) {
        return switch (tree) {
            case GoValue value -> value;
            case String text -> of(text);
            case Boolean flag -> new GoValue(GoType.BOOL, flag);
            case Long number ->
                asText ? new GoValue(GoTypes.NUMBER, number.toString()) : new GoValue(GoType.INT64, number);
            case Double number ->
                asText ? new GoValue(GoTypes.NUMBER, GoFloats.shortest(number)) : new GoValue(GoType.FLOAT64, number);
            case Map<?, ?> map -> {
                SortedMap<String, GoValue> values = new TreeMap<>();
                map.forEach((key, value) -> values.put(String.valueOf(key), any(of(value, asText))));
                yield new GoValue(GoType.OBJECT, values);
            }
            case List<?> list
            when !asText && isOfTexts(list) ->
                new GoValue(
                        GoType.STRINGS,
                        list.stream().map(text -> of(String.valueOf(text))).toList());
            case List<?> list ->
                new GoValue(
                        GoType.LIST,
                        list.stream().map(value -> any(of(value, asText))).toList());
            default -> NONE;
        };
    }

    /** As {@link #of(Object)}, but that objects keep the order of their fields: documents of our own. */
    public static GoValue document(Object tree) {
        return switch (tree) {
            case Map<?, ?> map -> {
                List<GoType.Field> fields = new ArrayList<>();
                List<GoValue> values = new ArrayList<>();
                map.forEach((key, value) -> {
                    fields.add(new GoType.Field(String.valueOf(key), GoType.ANY, false));
                    values.add(any(document(value)));
                });
                List<String> keys = fields.stream().map(GoType.Field::name).toList();
                yield new GoValue(new GoType.Struct("document", fields), new Contents(values, keys));
            }
            case List<?> list
            when !isOfTexts(list) ->
                new GoValue(
                        GoType.LIST,
                        list.stream().map(value -> any(document(value))).toList());
            default -> of(tree);
        };
    }

    private static boolean isOfTexts(List<?> list) {
        return !list.isEmpty() && list.stream().allMatch(String.class::isInstance);
    }

    /** In an interface. */
    static GoValue any(GoValue value) {
        return value.type instanceof GoType.Any && !value.isNone()
                ? value
                : new GoValue(GoType.ANY, value.isNone() ? NIL : value);
    }

    /**
     * A row of a list.
     *
     * @param type what Docker's command calls it, for refusals
     * @param fields texts, numbers, flags; {@link UnaryOperator}s are asked with one argument
     */
    public static GoValue row(String type, Map<String, Object> fields) {
        SortedMap<String, GoValue> values = new TreeMap<>();
        Map<String, UnaryOperator<String>> lookups = new TreeMap<>();
        fields.forEach((name, value) -> {
            if (value instanceof Lookup lookup) {
                lookups.put(name, lookup);
            } else {
                GoValue cell = of(value);
                values.put(name, cell.isNone() ? new GoValue(new GoType.Pointer(GoType.OBJECT), NIL) : cell);
            }
        });
        return new GoValue(new GoType.Row(type), new Cells(values, lookups));
    }

    /** A method of a row's that is asked with one argument: {@code .Label "x"}. */
    @FunctionalInterface
    public interface Lookup extends UnaryOperator<String> {}

    boolean isNone() {
        return equals(NONE);
    }

    boolean isNil() {
        return NIL.equals(data);
    }

    /** What is in an interface; NONE in a nil one. */
    GoValue inInterface() {
        if (!(type instanceof GoType.Any) || isNone()) {
            return this;
        }
        return data instanceof GoValue inner ? inner : NONE;
    }

    /** Through interfaces and pointers, up to a nil one. */
    GoValue indirect() {
        GoValue value = this;
        while (value.data instanceof GoValue inner) {
            value = inner;
        }
        return value;
    }

    List<GoValue> elements() {
        List<GoValue> elements = new ArrayList<>();
        if (data instanceof List<?> list) {
            list.forEach(each -> elements.add((GoValue) each));
        }
        return elements;
    }

    SortedMap<String, GoValue> entries() {
        SortedMap<String, GoValue> entries = new TreeMap<>();
        if (data instanceof SortedMap<?, ?> map) {
            map.forEach((key, value) -> entries.put(String.valueOf(key), (GoValue) value));
        }
        return entries;
    }

    String text() {
        return (String) data;
    }

    long number() {
        return (Long) data;
    }

    boolean is(GoType.Kind kind) {
        return type instanceof GoType.Basic basic && basic.kind() == kind;
    }

    /** text/template's IsTrue. */
    boolean isTrue() {
        if (isNone()) {
            return false;
        }
        return switch (data) {
            case Boolean flag -> flag;
            case Long number -> number != 0;
            case Double number -> number != 0;
            case String text -> is(GoType.Kind.TIME) || !text.isEmpty();
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> !isNil();
        };
    }
}

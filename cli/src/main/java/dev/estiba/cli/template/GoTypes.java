package dev.estiba.cli.template;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The types that Docker's command has for what the API answers, from {@code types.txt}: a line each, either {@code NAME = TYPE}, or
 * {@code NAME FIELD:TYPE …}, with a plus before the embedded ones.
 */
public final class GoTypes {
    static final GoType NUMBER = new GoType.Basic("json.Number", GoType.Kind.STRING);

    private static final Map<String, String> LINES = lines();

    private final Map<String, GoType> known = new HashMap<>();

    private GoTypes() {}

    private static Map<String, String> lines() {
        Map<String, String> lines = new HashMap<>();
        try (InputStream in = Objects.requireNonNull(GoTypes.class.getResourceAsStream("types.txt"))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            text.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(line -> {
                        int space = line.indexOf(' ');
                        lines.put(line.substring(0, space), line.substring(space + 1));
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    /**
     * A document as a value of one of these types: what it does not have is zero.
     *
     * @param type as Go's {@code %T} has it: {@code container.InspectResponse}
     */
    public static GoValue value(String type, Object tree) {
        return value(new GoTypes().type(type), tree);
    }

    private GoType type(String name) {
        GoType before = known.get(name);
        if (before != null) {
            return before;
        }
        GoType made = make(name);
        known.put(name, made);
        return made;
    }

    private GoType make(String name) {
        if (name.startsWith("*")) {
            return new GoType.Pointer(type(name.substring(1)));
        }
        if (name.startsWith("[")) {
            int end = name.indexOf(']');
            return new GoType.Sequence(name, type(name.substring(end + 1)), end > 1);
        }
        if (name.startsWith("map[")) {
            int end = name.indexOf(']');
            return new GoType.Mapping(name, type(name.substring(4, end)), type(name.substring(end + 1)));
        }
        return switch (name) {
            case "bool" -> GoType.BOOL;
            case "string" -> GoType.STRING;
            case "int", "int64", "int32" -> new GoType.Basic(name, GoType.Kind.INT);
            case "uint", "uint8", "uint16", "uint32", "uint64" -> new GoType.Basic(name, GoType.Kind.UINT);
            case "float64" -> GoType.FLOAT64;
            case "time.Time" -> new GoType.Basic(name, GoType.Kind.TIME);
            case "interface{}" -> GoType.ANY;
            case "struct{}" -> new GoType.Struct("struct {}", List.of());
            default -> named(name);
        };
    }

    private GoType named(String name) {
        String line = Objects.requireNonNull(LINES.get(name), name);
        if (line.startsWith("= ")) {
            return switch (type(line.substring(2))) {
                case GoType.Basic basic -> new GoType.Basic(name, basic.kind());
                case GoType.Sequence list -> new GoType.Sequence(name, list.element(), list.isArray());
                case GoType.Mapping map -> new GoType.Mapping(name, map.key(), map.value());
                case GoType other -> other;
            };
        }
        List<GoType.Field> fields = new ArrayList<>();
        for (String field : line.split(" ")) {
            boolean isEmbedded = field.startsWith("+");
            int colon = field.indexOf(':');
            String type = field.substring(colon + 1);
            fields.add(new GoType.Field(field.substring(isEmbedded ? 1 : 0, colon), type(type), isEmbedded));
        }
        return new GoType.Struct(name, fields);
    }

    private static GoValue value(GoType type, Object tree) {
        boolean isNull = tree.equals(Tree.NULL);
        return switch (type) {
            case GoType.Basic basic -> new GoValue(type, basic(basic.kind(), tree));
            case GoType.Any any -> GoValue.any(isNull ? GoValue.NONE : GoValue.of(tree));
            case GoType.Pointer pointer -> new GoValue(type, isNull ? GoValue.NIL : value(pointer.to(), tree));
            case GoType.Sequence list -> new GoValue(type, list(list, tree));
            case GoType.Mapping map -> new GoValue(type, map(map, tree));
            case GoType.Struct struct ->
                new GoValue(type, struct(struct, tree instanceof Map<?, ?> map ? map : Map.of()));
            case GoType.Row row -> GoValue.NONE;
        };
    }

    private static Object basic(GoType.Kind kind, Object tree) {
        return switch (kind) {
            case BOOL -> tree instanceof Boolean flag ? flag : Boolean.FALSE;
            case INT, UINT -> tree instanceof Long number ? number : Long.valueOf(0);
            case FLOAT -> tree instanceof Number number ? number.doubleValue() : 0.0;
            case STRING -> tree instanceof String text ? text : "";
            case TIME -> tree instanceof String text ? text : "0001-01-01T00:00:00Z";
        };
    }

    private static Object list(GoType.Sequence type, Object tree) {
        if (tree instanceof List<?> list) {
            return list.stream().map(each -> value(type.element(), each)).toList();
        }
        boolean isPair = type.isArray();
        return isPair ? Collections.nCopies(2, value(type.element(), Tree.NULL)) : GoValue.NIL;
    }

    private static Object map(GoType.Mapping type, Object tree) {
        if (!(tree instanceof Map<?, ?> map)) {
            return GoValue.NIL;
        }
        SortedMap<String, GoValue> values = new TreeMap<>();
        map.forEach((key, value) -> values.put(String.valueOf(key), value(type.value(), value)));
        return values;
    }

    private static GoValue.Contents struct(GoType.Struct type, Map<?, ?> tree) {
        Map<String, String> keys = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        tree.keySet().forEach(key -> keys.put(String.valueOf(key), String.valueOf(key)));
        List<GoValue> values = new ArrayList<>();
        List<String> used = new ArrayList<>();
        for (GoType.Field field : type.fields()) {
            String key = field.isEmbedded() ? "" : keys.getOrDefault(field.name(), "");
            Object found = key.isEmpty() ? null : tree.get(key);
            values.add(value(field.type(), field.isEmbedded() ? tree : found == null ? Tree.NULL : found));
            used.add(key);
        }
        return new GoValue.Contents(values, used);
    }
}

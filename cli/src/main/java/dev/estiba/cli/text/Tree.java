package dev.estiba.cli.text;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** JSON as maps, lists, strings, numbers and booleans, for templates that walk it. Null is {@link #NULL}. */
public final class Tree {
    /** What JSON calls null. */
    public static final Object NULL = Optional.empty();

    private static final JsonFactory JSON = JsonFactory.builder().build();

    private Tree() {}

    public static Object read(byte[] document) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), document)) {
            return value(parser, parser.nextToken());
        }
    }

    private static Object value(JsonParser in, @Nullable JsonToken token) {
        if (token == null) {
            return NULL;
        }
        return switch (token) {
            case START_OBJECT -> object(in);
            case START_ARRAY -> array(in);
            case VALUE_STRING -> in.getString();
            case VALUE_NUMBER_INT -> integer(in);
            case VALUE_NUMBER_FLOAT -> in.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> NULL;
        };
    }

    private static Object integer(JsonParser in) {
        BigInteger number = in.getBigIntegerValue();
        if (number.bitLength() < Long.SIZE) {
            return number.longValue();
        }
        return number.doubleValue();
    }

    private static Map<String, Object> object(JsonParser in) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            object.put(name, value(in, in.nextToken()));
        }
        return object;
    }

    private static List<Object> array(JsonParser in) {
        List<Object> array = new ArrayList<>();
        for (JsonToken token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
            array.add(value(in, token));
        }
        return array;
    }

    /** As Go's json.Marshal writes it, but for the escapes that only browsers need. */
    public static String write(Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            write(out, value);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static void write(JsonGenerator out, Object value) {
        switch (value) {
            case Map<?, ?> map -> {
                out.writeStartObject();
                map.forEach((name, field) -> {
                    out.writeName(String.valueOf(name));
                    write(out, field);
                });
                out.writeEndObject();
            }
            case List<?> list -> {
                out.writeStartArray();
                list.forEach(element -> write(out, element));
                out.writeEndArray();
            }
            case String text -> out.writeString(text);
            case Long number -> out.writeNumber(number);
            case Double number -> out.writeNumber(number);
            case Boolean flag -> out.writeBoolean(flag);
            default -> out.writeNull();
        }
    }

    /** As Go's fmt prints it. */
    public static String print(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                StringBuilder text = new StringBuilder("map[");
                new TreeMap<Object, Object>(map)
                        .forEach((name, field) -> text.append(text.length() == 4 ? "" : " ")
                                .append(name)
                                .append(':')
                                .append(print(field)));
                yield text.append(']').toString();
            }
            case List<?> list -> {
                StringBuilder text = new StringBuilder("[");
                list.forEach(
                        element -> text.append(text.length() == 1 ? "" : " ").append(print(element)));
                yield text.append(']').toString();
            }
            case Double number ->
                number == Math.rint(number) && Math.abs(number) < 1e15
                        ? Long.toString(Math.round(number))
                        : number.toString();
            default -> value.equals(NULL) ? "<no value>" : value.toString();
        };
    }
}

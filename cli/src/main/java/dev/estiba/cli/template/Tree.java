package dev.estiba.cli.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
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

    /** What is under these names, one within the other; NULL when something is missing. */
    public static Object at(Object tree, String... names) {
        Object found = tree;
        for (String name : names) {
            Object inner = found instanceof Map<?, ?> map ? map.get(name) : NULL;
            found = inner == null ? NULL : inner;
        }
        return found;
    }

    /** As JSON, in the order that it has. */
    public static String write(Object tree) {
        return GoJson.write(GoValue.document(tree));
    }
}

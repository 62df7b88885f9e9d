package dev.estiba.oci.runtime;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** JSON as maps, lists, strings, booleans, big integers and null, for tests that change a document at one place. */
final class Json {
    private static final JsonFactory JSON = JsonFactory.builder().build();

    private Json() {}

    static Object parse(byte[] document) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), document)) {
            parser.nextToken();
            return value(parser);
        }
    }

    private static Object value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> object = new LinkedHashMap<>();
                for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                    parser.nextToken();
                    object.put(name, value(parser));
                }
                yield object;
            }
            case START_ARRAY -> {
                List<Object> array = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(value(parser));
                }
                yield array;
            }
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> parser.getBigIntegerValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new AssertionError("not needed here: " + parser.currentToken());
        };
    }

    static byte[] write(Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            write(out, value);
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator out, Object value) {
        switch (value) {
            case null -> out.writeNull();
            case Map<?, ?> object -> {
                out.writeStartObject();
                object.forEach((name, member) -> {
                    out.writeName((String) name);
                    write(out, member);
                });
                out.writeEndObject();
            }
            case List<?> array -> {
                out.writeStartArray();
                array.forEach(element -> write(out, element));
                out.writeEndArray();
            }
            case String text -> out.writeString(text);
            case BigInteger number -> out.writeNumber(number);
            case Boolean bool -> out.writeBoolean(bool);
            case Raw raw -> out.writeRawValue(raw.text());
            default -> throw new AssertionError("not needed here: " + value.getClass());
        }
    }

    /** Text that stands in the document as it is. */
    record Raw(String text) {}
}

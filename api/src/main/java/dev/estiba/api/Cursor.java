package dev.estiba.api;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * A place in a JSON document, moved forward by the readers. It stands on the value that is to be read next and reads it
 * as the type that is asked for; a value of another type is refused in Go's words, which clients know.
 *
 * <p>As encoding/json: a field's name may differ in case, {@code null} leaves a field as it was, of two equal names the
 * later one counts, unknown names are passed over, an integer is written as digits alone. Stricter: what is no UTF-8,
 * half a surrogate pair, and a NUL in what may become a C string are refused instead of replaced.
 *
 * <p>Used by one thread.
 */
final class Cursor implements AutoCloseable {
    static final int MAX_BYTES = 10 << 20;
    static final int MAX_DEPTH = 100;
    static final int MAX_STRING = 1 << 20;

    /** Bounds what a document can cost: every value is at most some hundred bytes of heap beside its text. */
    static final int MAX_TOKENS = 1 << 18;

    /** Holds configuration and a bounded cache of field names, both safe for all threads. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxDocumentLength(MAX_BYTES)
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_STRING)
                    .maxTokenCount(MAX_TOKENS)
                    .build())
            .build();

    private final JsonParser parser;
    private FieldNames object = FieldNames.of("");

    private Cursor(String document) {
        this.parser = JSON.createParser(ObjectReadContext.empty(), document);
    }

    /** Stands on the first value of the document. */
    static Cursor open(byte[] document) throws ApiException {
        if (document.length > MAX_BYTES) {
            throw refusal(document.length + " bytes are more than " + MAX_BYTES);
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(document))
                    .toString();
        } catch (CharacterCodingException e) {
            throw refusal("the document is no UTF-8 text");
        }
        Cursor cursor = new Cursor(text);
        if (cursor.advance() == null) {
            throw refusal("got EOF while reading request body");
        }
        return cursor;
    }

    private static ApiException refusal(String problem) {
        return ApiException.badRequest("invalid JSON: " + problem);
    }

    /** Refuses anything but white space after the document. */
    void end() throws ApiException {
        if (advance() != null) {
            throw ApiException.badRequest("unexpected content after JSON");
        }
    }

    @Override
    public void close() {
        parser.close();
    }

    // Structure

    /** Enters an object that has these fields; hands out the fields of the one around it, for {@link #leave}. */
    FieldNames object(FieldNames fields) throws ApiException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw mismatch(fields.owner());
        }
        FieldNames outer = object;
        object = fields;
        return outer;
    }

    void leave(FieldNames outer) {
        object = outer;
    }

    /**
     * The next field that these names know, standing on its value, which is not null; empty for a field that they do not
     * know, nothing at the object's end.
     */
    @Nullable
    String nextField(FieldNames fields) throws ApiException {
        String name = nextKey();
        return name == null ? null : fields.field(name);
    }

    private @Nullable String nextKey() throws ApiException {
        try {
            String name = parser.nextName();
            while (name != null && parser.nextToken() == JsonToken.VALUE_NULL) {
                name = parser.nextName();
            }
            return name;
        } catch (JacksonException e) {
            throw syntax(e);
        }
    }

    void skip() throws ApiException {
        try {
            parser.skipChildren();
        } catch (JacksonException e) {
            throw syntax(e);
        }
    }

    /** Reads one value. */
    interface Reader<T> {
        T read(Cursor in) throws ApiException;
    }

    /** An array; elements that are null are left out. */
    <T> List<T> list(Reader<T> each) throws ApiException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw mismatch("[]");
        }
        List<T> values = new ArrayList<>();
        for (JsonToken token = advance(); token != JsonToken.END_ARRAY; token = advance()) {
            if (token != JsonToken.VALUE_NULL) {
                values.add(each.read(this));
            }
        }
        return values;
    }

    /** An object whose names are data, in the document's order. */
    <T> Map<String, T> map(Reader<T> each) throws ApiException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw mismatch("map[string]");
        }
        Map<String, T> values = new LinkedHashMap<>();
        for (String key = nextKey(); key != null; key = nextKey()) {
            values.put(forC(key), each.read(this));
        }
        return values;
    }

    Map<String, String> textMap() throws ApiException {
        return map(Cursor::text);
    }

    boolean isObject() {
        return parser.currentToken() == JsonToken.START_OBJECT;
    }

    /** A set, as Go has it: an object whose values say nothing. They may be null. */
    Set<String> keys() throws ApiException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw mismatch("map[string]struct {}");
        }
        Set<String> keys = new LinkedHashSet<>();
        while (advance() == JsonToken.PROPERTY_NAME) {
            keys.add(forC(parser.currentName()));
            if (advance() != JsonToken.VALUE_NULL && parser.currentToken() != JsonToken.START_OBJECT) {
                throw mismatch("struct {}");
            }
            skip();
        }
        return keys;
    }

    // Values

    boolean bool() throws ApiException {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw mismatch("bool");
        };
    }

    /** A string that may become a C string. */
    String text() throws ApiException {
        return forC(anyText());
    }

    /** A string that only people read; it may hold any character. */
    String anyText() throws ApiException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw mismatch("string");
        }
        try {
            return whole(parser.getString());
        } catch (JacksonException e) {
            throw syntax(e);
        }
    }

    List<String> texts() throws ApiException {
        return list(Cursor::text);
    }

    /** Go's StrSlice: a string by itself is an array of one. */
    List<String> textOrTexts() throws ApiException {
        return parser.currentToken() == JsonToken.VALUE_STRING ? List.of(text()) : texts();
    }

    int int32() throws ApiException {
        return (int) integer(Integer.MIN_VALUE, Integer.MAX_VALUE, "int");
    }

    int uint16() throws ApiException {
        return (int) integer(0, 0xffff, "uint16");
    }

    long uint32() throws ApiException {
        return integer(0, 0xffff_ffffL, "uint32");
    }

    long int64() throws ApiException {
        return integer(Long.MIN_VALUE, Long.MAX_VALUE, "int64");
    }

    private long integer(long least, long most, String type) throws ApiException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw mismatch(type);
        }
        try {
            if (parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
                long value = parser.getLongValue();
                if (value >= least && value <= most) {
                    return value;
                }
            }
        } catch (JacksonException e) {
            throw syntax(e);
        }
        throw mismatch(type);
    }

    private String forC(String text) throws ApiException {
        whole(text);
        if (text.indexOf('\0') >= 0) {
            throw refusal(path() + ": a NUL character is not allowed here");
        }
        return text;
    }

    /** An escape can leave half of a surrogate pair, which no UTF-8 can say. */
    private String whole(String text) throws ApiException {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (Character.charCount(text.codePointAt(i)) != 2) {
                    throw refusal(path() + ": half a surrogate pair is no character");
                }
                i++;
            }
        }
        return text;
    }

    // The parser and its refusals

    private @Nullable JsonToken advance() throws ApiException {
        try {
            return parser.nextToken();
        } catch (JacksonException e) {
            throw syntax(e);
        }
    }

    /** The names that lead here, joined by dots. */
    private String path() {
        StringBuilder path = new StringBuilder();
        for (TokenStreamContext at = parser.streamReadContext(); at != null; at = at.getParent()) {
            if (at.currentName() != null) {
                path.insert(0, at.currentName() + (path.isEmpty() ? "" : "."));
            }
        }
        return path.length() <= 200 ? path.toString() : path.substring(0, 200) + "…";
    }

    private ApiException mismatch(String type) {
        String path = path();
        String place = path.isEmpty() ? "Go value" : "Go struct field " + object.owner() + "." + path;
        return refusal("json: cannot unmarshal " + found() + " into " + place + " of type " + type);
    }

    private String found() {
        JsonToken token = parser.currentToken();
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_OBJECT -> "object";
            case START_ARRAY -> "array";
            case VALUE_STRING -> "string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "number" + digits();
            case VALUE_TRUE, VALUE_FALSE -> "bool";
            case VALUE_NULL -> "null";
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> "something else";
        };
    }

    private String digits() {
        try {
            String digits = parser.getString();
            return digits.length() <= 40 ? " " + digits : "";
        } catch (JacksonException e) {
            return "";
        }
    }

    /** What the parser itself refused: no JSON, or more of it than the bounds allow. */
    private ApiException syntax(JacksonException refused) {
        TokenStreamLocation at = refused.getLocation();
        if (at == null) {
            at = parser.currentLocation();
        }
        String message = String.valueOf(refused.getOriginalMessage());
        int marker = message.indexOf(" (start marker at [Source");
        String problem = marker < 0 ? message : message.substring(0, marker);
        return refusal(problem + " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")");
    }
}

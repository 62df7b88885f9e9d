package dev.estiba.oci.json;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * A place in a JSON document, moved forward by the readers. It stands on the value that is to be read next, reads it as
 * the type that is asked for, and knows the way to it when that fails.
 *
 * <p>It does what Go's encoding/json does where callers of a runtime rely on it: a field's name is compared without
 * case when no field has exactly that name, {@code null} leaves a field as it was, of two equal names the later one
 * counts (where Go merges two objects, the later one replaces the other here), unknown names are passed over, an
 * integer is written as digits alone. It is stricter with text: what is no UTF-8, half a surrogate pair, and a NUL in
 * what becomes a C string are refused instead of replaced.
 *
 * <p>Used by one thread. On the start path of containers: no lambdas, no regular expressions, nothing allocated that is
 * not part of the result.
 */
public final class Cursor implements AutoCloseable {
    public static final int MAX_BYTES = 10 << 20;
    public static final int MAX_DEPTH = 100;
    public static final int MAX_STRING = 1 << 20;

    /** Bounds what a document can cost: every value is at most some hundred bytes of heap beside its text. */
    public static final int MAX_TOKENS = 1 << 18;

    /** Holds configuration and a bounded cache of field names, both safe for all threads. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxDocumentLength(MAX_BYTES)
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_STRING)
                    .maxTokenCount(MAX_TOKENS)
                    .build())
            .build();

    private final byte[] document;
    private final Origin origin;
    private final JsonParser parser;
    private final boolean escapes;
    private @Nullable String folded;
    private boolean isSecondTime;

    private Cursor(byte[] document, Origin origin, boolean escapes) {
        this.document = document;
        this.origin = origin;
        this.escapes = escapes;
        this.parser = JSON.createParser(ObjectReadContext.empty(), document);
    }

    /** Stands on the first value of the document; the bytes must not change until the cursor is closed. */
    public static Cursor open(byte[] document, Origin origin) throws DocumentException {
        if (document.length > MAX_BYTES) {
            throw origin.failure("", document.length + " bytes are more than " + MAX_BYTES, 1, 1);
        }
        if (Encoding.hasByteOrderMark(document)) {
            throw origin.failure("", "a byte order mark is not allowed", 1, 1);
        }
        int found = Encoding.examine(document);
        if (found >= 0) {
            throw origin.failure(
                    "", "byte 0x" + HexFormat.of().toHexDigits(document[found]) + " is no UTF-8 text", document, found);
        }
        Cursor cursor = new Cursor(document, origin, found == Encoding.WITH_ESCAPES);
        if (cursor.advance() == null) {
            throw origin.failure("", "the document is empty", 1, 1);
        }
        return cursor;
    }

    /** Refuses anything but white space after the document. */
    public void end() throws DocumentException {
        if (advance() != null) {
            throw failure("text after the end of the document");
        }
    }

    @Override
    public void close() {
        parser.close();
    }

    // Structure

    public void object() throws DocumentException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw mismatch("an object");
        }
    }

    /** The next field's name, standing on its value, which is not null; no name at the object's end. */
    @Nullable
    public String nextField() throws DocumentException {
        String again = folded;
        if (again != null) {
            folded = null;
            isSecondTime = true;
            return again;
        }
        isSecondTime = false;
        String name = advanceToName();
        while (name != null && advance() == JsonToken.VALUE_NULL) {
            name = advanceToName();
        }
        return name;
    }

    /** As {@link #nextField}, and a value may be null as well: of an object whose names are what counts. */
    public @Nullable String nextKey() throws DocumentException {
        String name = advanceToName();
        if (name != null) {
            advance();
        }
        return name;
    }

    /** Passes over the value of a field that no name in {@code known} means; else the field comes once more. */
    public void unknown(List<String> known) throws DocumentException {
        if (!fold(known)) {
            skip();
        }
    }

    /** Whether the current name means one of these but for its case; then the next field is that one. */
    public boolean fold(List<String> known) {
        if (isSecondTime) {
            return false;
        }
        String name = parser.currentName();
        for (int i = 0; i < known.size(); i++) {
            String candidate = known.get(i);
            if (candidate.equalsIgnoreCase(name)) {
                folded = candidate;
                return true;
            }
        }
        return false;
    }

    public void skip() throws DocumentException {
        try {
            parser.skipChildren();
        } catch (JacksonException e) {
            throw syntax(e);
        }
    }

    public void array() throws DocumentException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw mismatch("an array");
        }
    }

    /** Moves to the next element, or behind the array. */
    public boolean nextElement() throws DocumentException {
        return advance() != JsonToken.END_ARRAY;
    }

    /** Passes over the current object, checking its syntax, and hands out its bytes. */
    public Part part() throws DocumentException {
        object();
        TokenStreamLocation start = parser.currentTokenLocation();
        skip();
        int from = Math.toIntExact(start.getByteOffset());
        int to = Math.toIntExact(parser.currentLocation().getByteOffset());
        return new Part(
                Arrays.copyOfRange(document, from, to), origin.part(path(), start.getLineNr(), start.getColumnNr()));
    }

    /**
     * A part of a document, as it stands there.
     *
     * @param bytes whoever gets it owns them
     */
    public record Part(byte[] bytes, Origin origin) {}

    // Values

    public boolean bool() throws DocumentException {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw mismatch("true or false");
        };
    }

    /** A string that may become a C string. */
    public String text() throws DocumentException {
        String text = string();
        if (escapes && text.indexOf('\0') >= 0) {
            throw failure("a NUL character is not allowed here");
        }
        return text;
    }

    /** A string that only other programs read; it may hold any character. */
    public String string() throws DocumentException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw mismatch("a string");
        }
        String text = tokenText();
        if (escapes) {
            checkSurrogates(text);
        }
        return text;
    }

    public List<String> texts() throws DocumentException {
        array();
        if (!nextElement()) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        do {
            texts.add(text());
        } while (nextElement());
        return texts;
    }

    /** An object of strings, in the document's order; {@code values} says whether the values may become C strings. */
    public Map<String, String> textMap(Strings values) throws DocumentException {
        object();
        Map<String, String> map = new LinkedHashMap<>();
        for (String key = nextField(); key != null; key = nextField()) {
            map.put(key(key), values == Strings.FOR_C ? text() : string());
        }
        return map;
    }

    /** Who reads the strings. */
    public enum Strings {
        FOR_C,
        FOR_PROGRAMS
    }

    /** Checks a key of a map as {@link #text} checks a value. */
    public String key(String key) throws DocumentException {
        if (escapes) {
            checkSurrogates(key);
            if (key.indexOf('\0') >= 0) {
                throw failure("a NUL character is not allowed in a key");
            }
        }
        return key;
    }

    /** One of the specification's words. */
    public <E extends SpecName> E word(E[] words) throws DocumentException {
        String text = text();
        for (E word : words) {
            if (word.specName().equals(text)) {
                return word;
            }
        }
        StringBuilder known = new StringBuilder();
        for (E word : words) {
            known.append(known.isEmpty() ? "" : ", ").append(word.specName());
        }
        throw failure(Excerpt.quoted(text) + " is none of " + known);
    }

    /** An array of the specification's words. */
    public <E extends SpecName> List<E> words(E[] words) throws DocumentException {
        List<E> read = new ArrayList<>();
        array();
        while (nextElement()) {
            read.add(word(words));
        }
        return read;
    }

    public int int32() throws DocumentException {
        return (int) integer(Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    public int between(int least, int most) throws DocumentException {
        return (int) integer(least, most);
    }

    public long uint32() throws DocumentException {
        return integer(0, 0xffff_ffffL);
    }

    /** A count of bytes: at least 0. */
    public long size() throws DocumentException {
        return integer(0, Long.MAX_VALUE);
    }

    /** What is written in base64 (RFC 4648, section 4). */
    public byte[] base64() throws DocumentException {
        String text = string();
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw failure("this is no base64");
        }
    }

    /** Foreign text for a sentence of whoever reads: cut to a length, and without what moves a terminal's cursor. */
    public static String quoted(String text) {
        return Excerpt.quoted(text);
    }

    public long int64() throws DocumentException {
        return integer(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** All 64 bits; what is above 2^63-1 comes out negative. */
    public long uint64() throws DocumentException {
        requireInteger();
        if (!isBig()) {
            return integer(0, Long.MAX_VALUE);
        }
        String digits = tokenText();
        if (digits.startsWith("-")) {
            throw failure(Excerpt.of(digits) + " is below 0");
        }
        try {
            return Long.parseUnsignedLong(digits);
        } catch (NumberFormatException tooLarge) {
            throw failure(Excerpt.of(digits) + " is above 18446744073709551615");
        }
    }

    private long integer(long least, long most) throws DocumentException {
        requireInteger();
        if (isBig()) {
            String digits = tokenText();
            throw outside(Excerpt.of(digits), digits.startsWith("-"), least, most);
        }
        long value = parser.getLongValue();
        if (value < least || value > most) {
            throw outside(Long.toString(value), value < least, least, most);
        }
        return value;
    }

    private DocumentException outside(String value, boolean below, long least, long most) {
        return failure(below ? value + " is below " + least : value + " is above " + most);
    }

    private void requireInteger() throws DocumentException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NUMBER_FLOAT) {
            throw failure(Excerpt.of(tokenText()) + " is no integer");
        }
        if (token != JsonToken.VALUE_NUMBER_INT) {
            throw mismatch("an integer");
        }
    }

    private void checkSurrogates(String text) throws DocumentException {
        if (Encoding.hasHalfPair(text)) {
            throw failure("half a surrogate pair is no character");
        }
    }

    // The parser, whose refusals are told with the path

    private @Nullable JsonToken advance() throws DocumentException {
        try {
            return parser.nextToken();
        } catch (JacksonException e) {
            throw syntax(e);
        }
    }

    private @Nullable String advanceToName() throws DocumentException {
        try {
            return parser.nextName();
        } catch (JacksonException e) {
            throw syntax(e);
        }
    }

    private String tokenText() throws DocumentException {
        try {
            return parser.getString();
        } catch (JacksonException e) {
            throw syntax(e);
        }
    }

    private boolean isBig() throws DocumentException {
        try {
            return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER;
        } catch (JacksonException e) {
            throw syntax(e);
        }
    }

    // Failures

    /** The value, or a failure that names the field which the object just read should have had. */
    public <T> T required(@Nullable T value, String field) throws DocumentException {
        if (value == null) {
            throw missing(field);
        }
        return value;
    }

    public DocumentException missing(String field) {
        String path = path();
        return failureAt(path.isEmpty() ? field : path + "." + field, "missing, but required");
    }

    public DocumentException failure(String problem) {
        return failureAt(path(), problem);
    }

    private String path() {
        return origin.path(parser.streamReadContext());
    }

    private DocumentException failureAt(String path, String problem) {
        TokenStreamLocation at = parser.currentTokenLocation();
        return origin.failure(path, problem, at.getLineNr(), at.getColumnNr());
    }

    private DocumentException mismatch(String expected) {
        return failure(Tokens.name(parser.currentToken()) + " where " + expected + " is expected");
    }

    /** What the parser itself refused: no JSON, or more of it than the bounds allow. */
    private DocumentException syntax(JacksonException refusal) {
        TokenStreamLocation at = refusal.getLocation();
        if (at == null) {
            at = parser.currentLocation();
        }
        String problem = Tokens.refusal(refusal.getOriginalMessage());
        return origin.failure(path(), problem, at.getLineNr(), at.getColumnNr());
    }
}

package dev.estiba.oci.json;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** The parser's tokens and refusals in our words. */
final class Tokens {
    private Tokens() {}

    static String name(@Nullable JsonToken token) {
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> "something else";
        };
    }

    /** What the parser said, without the place where an array began, which it tells by a source that it hides. */
    static String refusal(String message) {
        int marker = message.indexOf(" (start marker at [Source");
        return Excerpt.sentence(marker < 0 ? message : message.substring(0, marker));
    }
}

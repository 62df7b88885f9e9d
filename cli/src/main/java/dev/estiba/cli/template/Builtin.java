package dev.estiba.cli.template;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The functions of a template: Go's, and those that Docker adds. What each of them takes. */
enum Builtin {
    AND(Parameter.VALUE, true),
    OR(Parameter.VALUE, true),
    NOT(false, Parameter.VALUE),
    CALL(Parameter.VALUE, true),
    HTML(true),
    JS(true),
    URLQUERY(true),
    INDEX(Parameter.VALUE, true),
    SLICE(Parameter.VALUE, true),
    LEN(false, Parameter.VALUE),
    PRINT(true),
    PRINTF(Parameter.STRING, true),
    PRINTLN(true),
    EQ(Parameter.VALUE, true),
    NE(false, Parameter.VALUE, Parameter.VALUE),
    LT(false, Parameter.VALUE, Parameter.VALUE),
    LE(false, Parameter.VALUE, Parameter.VALUE),
    GT(false, Parameter.VALUE, Parameter.VALUE),
    GE(false, Parameter.VALUE, Parameter.VALUE),
    JSON(false, Parameter.ANY),
    SPLIT(false, Parameter.STRING, Parameter.STRING),
    JOIN(false, Parameter.STRINGS, Parameter.STRING),
    TITLE(false, Parameter.STRING),
    LOWER(false, Parameter.STRING),
    UPPER(false, Parameter.STRING),
    PAD(false, Parameter.STRING, Parameter.INT, Parameter.INT),
    TRUNCATE(false, Parameter.STRING, Parameter.INT);

    /** What a function wants. VALUE: whatever there is, also nothing; ANY: nothing is nil. */
    enum Parameter {
        VALUE,
        ANY,
        STRING,
        INT,
        STRINGS;

        GoType type() {
            return switch (this) {
                case VALUE, ANY -> GoType.ANY;
                case STRING -> GoType.STRING;
                case INT -> GoType.INT;
                case STRINGS -> GoType.STRINGS;
            };
        }
    }

    private static final Map<String, Builtin> BY_WORD =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Builtin::word, Function.identity()));

    private final boolean isVariadic;
    private final List<Parameter> fixed;

    Builtin(boolean isVariadic, Parameter... fixed) {
        this.isVariadic = isVariadic;
        this.fixed = List.of(fixed);
    }

    Builtin(Parameter first, boolean isVariadic) {
        this(isVariadic, first);
    }

    static boolean isThere(String word) {
        return BY_WORD.containsKey(word);
    }

    /** One that {@link #isThere}. */
    static Builtin of(String word) {
        return BY_WORD.getOrDefault(word, PRINT);
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a heading is printed as if the function were not there: it is Docker's. */
    boolean leavesHeadings() {
        return compareTo(JSON) >= 0;
    }

    boolean isVariadic() {
        return isVariadic;
    }

    List<Parameter> fixed() {
        return fixed;
    }

    /** What the argument of that place is to be. */
    Parameter parameter(int place) {
        if (place < fixed.size()) {
            return fixed.get(place);
        }
        boolean takesValues = !fixed.isEmpty() && fixed.getFirst() == Parameter.VALUE;
        return takesValues ? Parameter.VALUE : Parameter.ANY;
    }
}

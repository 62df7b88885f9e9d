package dev.estiba.api;

import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;

/** Properties as Go writes them; maps come sorted by their keys, as encoding/json sorts them. */
final class Output {
    private static final JsonFactory JSON = JsonFactory.builder().build();

    private Output() {}

    static JsonGenerator open(OutputStream bytes, Layout layout) {
        ObjectWriteContext context = switch (layout) {
            case COMPACT -> ObjectWriteContext.empty();
            case SPACES -> new Indented();
        };
        return JSON.createGenerator(context, bytes);
    }

    private static final class Indented extends ObjectWriteContext.Base {
        private final PrettyPrinter printer;

        Indented() {
            DefaultIndenter lines = new DefaultIndenter("    ", "\n");
            Separators separators = Separators.createDefaultInstance()
                    .withObjectNameValueSpacing(Separators.Spacing.AFTER)
                    .withObjectEmptySeparator("")
                    .withArrayEmptySeparator("");
            printer = new DefaultPrettyPrinter(separators)
                    .withObjectIndenter(lines)
                    .withArrayIndenter(lines);
        }

        @Override
        public PrettyPrinter getPrettyPrinter() {
            return printer;
        }

        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }
    }

    // Scalars

    static void nonEmpty(JsonGenerator out, String name, String value) {
        if (!value.isEmpty()) {
            out.writeStringProperty(name, value);
        }
    }

    static void ifTrue(JsonGenerator out, String name, boolean value) {
        if (value) {
            out.writeBooleanProperty(name, true);
        }
    }

    static void nonZero(JsonGenerator out, String name, long value) {
        if (value != 0) {
            out.writeNumberProperty(name, value);
        }
    }

    static void flag(JsonGenerator out, String name, Optional<Boolean> value, Empty empty) {
        if (value.isPresent()) {
            out.writeBooleanProperty(name, value.get());
        } else {
            absent(out, name, empty);
        }
    }

    static void number(JsonGenerator out, String name, OptionalInt value, Empty empty) {
        if (value.isPresent()) {
            out.writeNumberProperty(name, value.getAsInt());
        } else {
            absent(out, name, empty);
        }
    }

    static void number(JsonGenerator out, String name, OptionalLong value, Empty empty) {
        if (value.isPresent()) {
            out.writeNumberProperty(name, value.getAsLong());
        } else {
            absent(out, name, empty);
        }
    }

    private static void absent(JsonGenerator out, String name, Empty empty) {
        if (empty != Empty.LEFT_OUT) {
            out.writeNullProperty(name);
        }
    }

    // Objects

    static <T> void optional(
            JsonGenerator out, String name, Optional<T> value, Empty empty, BiConsumer<JsonGenerator, T> each) {
        if (value.isPresent()) {
            out.writeName(name);
            each.accept(out, value.get());
        } else {
            absent(out, name, empty);
        }
    }

    // Lists

    static void texts(JsonGenerator out, List<String> values) {
        out.writeStartArray();
        for (String value : values) {
            out.writeString(value);
        }
        out.writeEndArray();
    }

    static void texts(JsonGenerator out, String name, List<String> values, Empty empty) {
        if (isWritten(out, name, values.isEmpty(), empty)) {
            texts(out, values);
        }
    }

    static void optionalTexts(JsonGenerator out, String name, Optional<List<String>> values, Empty empty) {
        if (values.isPresent()) {
            out.writeName(name);
            texts(out, values.get());
        } else {
            absent(out, name, empty);
        }
    }

    static <T> void list(
            JsonGenerator out, String name, List<T> values, Empty empty, BiConsumer<JsonGenerator, T> each) {
        if (isWritten(out, name, values.isEmpty(), empty)) {
            list(out, values, each);
        }
    }

    static <T> void list(JsonGenerator out, List<T> values, BiConsumer<JsonGenerator, T> each) {
        out.writeStartArray();
        for (T value : values) {
            each.accept(out, value);
        }
        out.writeEndArray();
    }

    // Maps

    static void textMap(JsonGenerator out, String name, Map<String, String> values, Empty empty) {
        map(out, name, values, empty, JsonGenerator::writeString);
    }

    static <T> void map(
            JsonGenerator out, String name, Map<String, T> values, Empty empty, BiConsumer<JsonGenerator, T> each) {
        if (isWritten(out, name, values.isEmpty(), empty)) {
            out.writeStartObject();
            for (Map.Entry<String, T> value : new TreeMap<>(values).entrySet()) {
                out.writeName(value.getKey());
                each.accept(out, value.getValue());
            }
            out.writeEndObject();
        }
    }

    static <T> void mapOfLists(
            JsonGenerator out,
            String name,
            Map<String, List<T>> values,
            Empty empty,
            BiConsumer<JsonGenerator, T> each) {
        map(out, name, values, empty, (to, list) -> list(to, list, each));
    }

    /** A set, as Go has it: an object whose values are empty objects. */
    static void keys(JsonGenerator out, String name, Set<String> keys, Empty empty) {
        if (isWritten(out, name, keys.isEmpty(), empty)) {
            out.writeStartObject();
            for (String key : new TreeSet<>(keys)) {
                out.writeName(key);
                out.writeStartObject();
                out.writeEndObject();
            }
            out.writeEndObject();
        }
    }

    /** Writes the name of a list or map that has to be written; what is empty may be done with here. */
    private static boolean isWritten(JsonGenerator out, String name, boolean isEmpty, Empty empty) {
        if (isEmpty && empty != Empty.BRACKETS) {
            absent(out, name, empty);
            return false;
        }
        out.writeName(name);
        return true;
    }
}

package dev.estiba.oci.json;

import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;

/** Properties as all writers write them: what is absent, empty, false or zero by default is left out. */
public final class Output {
    private static final JsonFactory JSON = JsonFactory.builder().build();

    private Output() {}

    public static JsonGenerator open(OutputStream bytes, Layout layout) {
        ObjectWriteContext context = switch (layout) {
            case COMPACT -> ObjectWriteContext.empty();
            case TABS -> new Indented("\t");
            case SPACES -> new Indented("  ");
        };
        return JSON.createGenerator(context, bytes);
    }

    /** Indents as Go's MarshalIndent does, which people compare our output with. */
    private static final class Indented extends ObjectWriteContext.Base {
        private final PrettyPrinter printer;

        Indented(String indent) {
            DefaultIndenter lines = new DefaultIndenter(indent, "\n");
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

    public static void text(JsonGenerator out, String name, Optional<String> value) {
        if (value.isPresent()) {
            out.writeStringProperty(name, value.get());
        }
    }

    public static void texts(JsonGenerator out, String name, List<String> values) {
        if (!values.isEmpty()) {
            allTexts(out, name, values);
        }
    }

    /** Also writes an empty array. */
    public static void allTexts(JsonGenerator out, String name, List<String> values) {
        out.writeArrayPropertyStart(name);
        for (String value : values) {
            out.writeString(value);
        }
        out.writeEndArray();
    }

    public static void textMap(JsonGenerator out, String name, Map<String, String> values) {
        if (values.isEmpty()) {
            return;
        }
        out.writeObjectPropertyStart(name);
        for (Map.Entry<String, String> value : values.entrySet()) {
            out.writeStringProperty(value.getKey(), value.getValue());
        }
        out.writeEndObject();
    }

    public static void flag(JsonGenerator out, String name, boolean value) {
        if (value) {
            out.writeBooleanProperty(name, true);
        }
    }

    public static void flag(JsonGenerator out, String name, Optional<Boolean> value) {
        if (value.isPresent()) {
            out.writeBooleanProperty(name, value.get());
        }
    }

    public static void number(JsonGenerator out, String name, OptionalInt value) {
        if (value.isPresent()) {
            out.writeNumberProperty(name, value.getAsInt());
        }
    }

    public static void number(JsonGenerator out, String name, OptionalLong value) {
        if (value.isPresent()) {
            out.writeNumberProperty(name, value.getAsLong());
        }
    }

    /** A number that zero leaves out. */
    public static void nonZero(JsonGenerator out, String name, long value) {
        if (value != 0) {
            out.writeNumberProperty(name, value);
        }
    }

    public static void unsigned(JsonGenerator out, String name, OptionalLong value) {
        if (value.isPresent()) {
            unsigned(out, name, value.getAsLong());
        }
    }

    /** All 64 bits count. */
    public static void unsigned(JsonGenerator out, String name, long value) {
        out.writeName(name);
        if (value >= 0) {
            out.writeNumber(value);
        } else {
            out.writeNumber(Long.toUnsignedString(value));
        }
    }

    public static void word(JsonGenerator out, String name, SpecName value) {
        out.writeStringProperty(name, value.specName());
    }

    public static void words(JsonGenerator out, String name, List<? extends SpecName> values) {
        if (!values.isEmpty()) {
            allWords(out, name, values);
        }
    }

    /** Also writes an empty array. */
    public static void allWords(JsonGenerator out, String name, List<? extends SpecName> values) {
        out.writeArrayPropertyStart(name);
        for (SpecName value : values) {
            out.writeString(value.specName());
        }
        out.writeEndArray();
    }
}

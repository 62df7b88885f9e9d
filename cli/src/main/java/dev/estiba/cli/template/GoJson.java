package dev.estiba.cli.template;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Values as JSON, as Go's encoding/json writes them without its escapes for pages, and rows with them. */
final class GoJson {
    private static final JsonFactory JSON = JsonFactory.builder().build();

    private GoJson() {}

    static String write(GoValue value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            write(out, value);
        }
        String text = bytes.toString(StandardCharsets.UTF_8);
        return value.indirect().type() instanceof GoType.Row
                ? text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
                : text;
    }

    private static void write(JsonGenerator out, GoValue of) {
        GoValue value = of.indirect();
        switch (value.data()) {
            case Boolean flag -> out.writeBoolean(flag);
            case Long number -> out.writeNumber(number);
            case Double number -> out.writeRawValue(GoFloats.shortest(number));
            case String text when value.type().equals(GoTypes.NUMBER) -> out.writeRawValue(text);
            case String text -> out.writeString(text);
            case List<?> list -> {
                out.writeStartArray();
                value.elements().forEach(element -> write(out, element));
                out.writeEndArray();
            }
            case GoValue.Cells cells -> {
                out.writeStartObject();
                cells.values().forEach((name, cell) -> field(out, name, cell));
                out.writeEndObject();
            }
            case GoValue.Contents contents -> {
                out.writeStartObject();
                fields(out, value);
                out.writeEndObject();
            }
            default -> {
                if (value.isNone() || value.isNil()) {
                    out.writeNull();
                    return;
                }
                out.writeStartObject();
                value.entries().forEach((name, entry) -> field(out, name, entry));
                out.writeEndObject();
            }
        }
    }

    private static void field(JsonGenerator out, String name, GoValue value) {
        out.writeName(name);
        write(out, value);
    }

    /** What the document had, in the order of the type. */
    private static void fields(JsonGenerator out, GoValue value) {
        if (!(value.type() instanceof GoType.Struct struct && value.data() instanceof GoValue.Contents contents)) {
            return;
        }
        for (int i = 0; i < struct.fields().size(); i++) {
            GoValue field = contents.values().get(i);
            if (struct.fields().get(i).isEmbedded()) {
                fields(out, field.indirect());
            } else if (!contents.keys().get(i).isEmpty()) {
                field(out, contents.keys().get(i), field);
            }
        }
    }
}

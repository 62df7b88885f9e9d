package dev.estiba.api;

import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link UpdateResponse}. */
final class UpdateResponseJson {
    static final FieldNames NAMES = FieldNames.of("UpdateResponse", "Warnings");

    private UpdateResponseJson() {}

    static UpdateResponse read(Cursor in) throws ApiException {
        List<String> warnings = List.of();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Warnings" -> warnings = in.texts();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new UpdateResponse(warnings);
    }

    static void write(JsonGenerator out, UpdateResponse value) {
        out.writeStartObject();
        Output.texts(out, "Warnings", value.warnings(), Empty.NULL);
        out.writeEndObject();
    }
}

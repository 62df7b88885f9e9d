package dev.estiba.api;

import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link CreateResponse}. */
final class CreateResponseJson {
    static final FieldNames NAMES = FieldNames.of("CreateResponse", "Id", "Warnings");

    private CreateResponseJson() {}

    static CreateResponse read(Cursor in) throws ApiException {
        String id = "";
        List<String> warnings = List.of();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Id" -> id = in.text();
                case "Warnings" -> warnings = in.texts();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new CreateResponse(id, warnings);
    }

    static void write(JsonGenerator out, CreateResponse value) {
        out.writeStartObject();
        out.writeStringProperty("Id", value.id());
        Output.texts(out, "Warnings", value.warnings(), Empty.BRACKETS);
        out.writeEndObject();
    }
}

package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link IdResponse}. */
final class IdResponseJson {
    static final FieldNames NAMES = FieldNames.of("IdResponse", "Id");

    private IdResponseJson() {}

    static IdResponse read(Cursor in) throws ApiException {
        String id = "";
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Id" -> id = in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new IdResponse(id);
    }

    static void write(JsonGenerator out, IdResponse value) {
        out.writeStartObject();
        out.writeStringProperty("Id", value.id());
        out.writeEndObject();
    }
}

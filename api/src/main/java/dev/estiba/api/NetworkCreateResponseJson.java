package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link NetworkCreateResponse}. */
final class NetworkCreateResponseJson {
    static final FieldNames NAMES = FieldNames.of("CreateResponse", "Id", "Warning");

    private NetworkCreateResponseJson() {}

    static NetworkCreateResponse read(Cursor in) throws ApiException {
        String id = "";
        String warning = "";
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Id" -> id = in.text();
                case "Warning" -> warning = in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new NetworkCreateResponse(id, warning);
    }

    static void write(JsonGenerator out, NetworkCreateResponse value) {
        out.writeStartObject();
        out.writeStringProperty("Id", value.id());
        out.writeStringProperty("Warning", value.warning());
        out.writeEndObject();
    }
}

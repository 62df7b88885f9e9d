package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ErrorResponse}. */
final class ErrorResponseJson {
    static final FieldNames NAMES = FieldNames.of("ErrorResponse", "message");

    private ErrorResponseJson() {}

    static ErrorResponse read(Cursor in) throws ApiException {
        String message = "";
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "message" -> message = in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new ErrorResponse(message);
    }

    static void write(JsonGenerator out, ErrorResponse value) {
        out.writeStartObject();
        out.writeStringProperty("message", value.message());
        out.writeEndObject();
    }
}

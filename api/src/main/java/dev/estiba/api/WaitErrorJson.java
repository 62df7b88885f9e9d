package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link WaitError}. */
final class WaitErrorJson {
    static final FieldNames NAMES = FieldNames.of("WaitError", "Message");

    private WaitErrorJson() {}

    static WaitError read(Cursor in) throws ApiException {
        String message = "";
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Message" -> message = in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new WaitError(message);
    }

    static void write(JsonGenerator out, WaitError value) {
        out.writeStartObject();
        out.writeStringProperty("Message", value.message());
        out.writeEndObject();
    }
}

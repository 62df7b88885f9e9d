package dev.estiba.api;

import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link WaitResponse}. */
final class WaitResponseJson {
    static final FieldNames NAMES = FieldNames.of("WaitResponse", "StatusCode", "Error");

    private WaitResponseJson() {}

    static WaitResponse read(Cursor in) throws ApiException {
        int statusCode = 0;
        Optional<WaitError> error = Optional.empty();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "StatusCode" -> statusCode = in.int32();
                case "Error" -> error = Optional.of(WaitErrorJson.read(in));
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new WaitResponse(statusCode, error);
    }

    static void write(JsonGenerator out, WaitResponse value) {
        out.writeStartObject();
        out.writeNumberProperty("StatusCode", value.statusCode());
        Output.optional(out, "Error", value.error(), Empty.LEFT_OUT, WaitErrorJson::write);
        out.writeEndObject();
    }
}

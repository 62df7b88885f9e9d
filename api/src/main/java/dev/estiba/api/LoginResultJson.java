package dev.estiba.api;

import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link LoginResult}: the Engine API's {@code AuthResponse}. */
final class LoginResultJson {
    static final FieldNames NAMES = FieldNames.of("AuthResponse", "Status", "IdentityToken");

    private LoginResultJson() {}

    static LoginResult read(Cursor in) throws ApiException {
        String status = "";
        String token = "";
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Status" -> status = in.text();
                case "IdentityToken" -> token = in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new LoginResult(status, Optional.empty(), token);
    }

    static void write(JsonGenerator out, LoginResult value) {
        out.writeStartObject();
        out.writeStringProperty("IdentityToken", value.identityToken());
        out.writeStringProperty("Status", value.status());
        out.writeEndObject();
    }
}

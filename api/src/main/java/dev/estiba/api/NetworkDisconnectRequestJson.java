package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link NetworkDisconnectRequest}. */
final class NetworkDisconnectRequestJson {
    static final FieldNames NAMES = FieldNames.of("DisconnectOptions", "Container", "Force");

    private NetworkDisconnectRequestJson() {}

    static NetworkDisconnectRequest read(Cursor in) throws ApiException {
        String container = "";
        boolean force = false;
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Container" -> container = in.text();
                case "Force" -> force = in.bool();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new NetworkDisconnectRequest(container, force);
    }

    static void write(JsonGenerator out, NetworkDisconnectRequest value) {
        out.writeStartObject();
        out.writeStringProperty("Container", value.container());
        out.writeBooleanProperty("Force", value.force());
        out.writeEndObject();
    }
}

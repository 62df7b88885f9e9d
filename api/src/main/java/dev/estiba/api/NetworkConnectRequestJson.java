package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link NetworkConnectRequest}. */
final class NetworkConnectRequestJson {
    static final FieldNames NAMES = FieldNames.of("ConnectOptions", "Container", "EndpointConfig");

    private NetworkConnectRequestJson() {}

    static NetworkConnectRequest read(Cursor in) throws ApiException {
        String container = "";
        EndpointSettings endpoint = EndpointSettings.NOTHING;
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Container" -> container = in.text();
                case "EndpointConfig" -> endpoint = EndpointSettingsJson.read(in);
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new NetworkConnectRequest(container, endpoint);
    }

    static void write(JsonGenerator out, NetworkConnectRequest value) {
        out.writeStartObject();
        out.writeStringProperty("Container", value.container());
        out.writeName("EndpointConfig");
        EndpointSettingsJson.write(out, value.endpointConfig());
        out.writeEndObject();
    }
}

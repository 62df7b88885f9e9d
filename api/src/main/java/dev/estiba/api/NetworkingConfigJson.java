package dev.estiba.api;

import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link NetworkingConfig}. */
final class NetworkingConfigJson {
    static final FieldNames NAMES = FieldNames.of("NetworkingConfig", "EndpointsConfig");

    private NetworkingConfigJson() {}

    static NetworkingConfig read(Cursor in) throws ApiException {
        Map<String, EndpointSettings> endpointsConfig = Map.of();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "EndpointsConfig" -> endpointsConfig = in.map(EndpointSettingsJson::read);
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new NetworkingConfig(endpointsConfig);
    }

    static void write(JsonGenerator out, NetworkingConfig value) {
        out.writeStartObject();
        Output.map(out, "EndpointsConfig", value.endpointsConfig(), Empty.BRACKETS, EndpointSettingsJson::write);
        out.writeEndObject();
    }
}

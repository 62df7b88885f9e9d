package dev.estiba.api;

import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link NetworkIpam}. */
final class NetworkIpamJson {
    static final FieldNames NAMES = FieldNames.of("IPAM", "Driver", "Options", "Config");

    private NetworkIpamJson() {}

    static NetworkIpam read(Cursor in) throws ApiException {
        String driver = "";
        Map<String, String> options = Map.of();
        List<NetworkIpamConfig> config = List.of();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Driver" -> driver = in.text();
                case "Options" -> options = in.textMap();
                case "Config" -> config = in.list(NetworkIpamConfigJson::read);
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new NetworkIpam(driver, options, config);
    }

    static void write(JsonGenerator out, NetworkIpam value) {
        out.writeStartObject();
        out.writeStringProperty("Driver", value.driver());
        Output.textMap(out, "Options", value.options(), Empty.NULL);
        Output.list(out, "Config", value.config(), Empty.BRACKETS, NetworkIpamConfigJson::write);
        out.writeEndObject();
    }
}

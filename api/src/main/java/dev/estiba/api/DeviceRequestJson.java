package dev.estiba.api;

import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link DeviceRequest}. */
final class DeviceRequestJson {
    static final FieldNames NAMES =
            FieldNames.of("DeviceRequest", "Driver", "Count", "DeviceIDs", "Capabilities", "Options");

    private DeviceRequestJson() {}

    static DeviceRequest read(Cursor in) throws ApiException {
        String driver = "";
        int count = 0;
        List<String> deviceIDs = List.of();
        List<List<String>> capabilities = List.of();
        Map<String, String> options = Map.of();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Driver" -> driver = in.text();
                case "Count" -> count = in.int32();
                case "DeviceIDs" -> deviceIDs = in.texts();
                case "Capabilities" -> capabilities = in.list(Cursor::texts);
                case "Options" -> options = in.textMap();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new DeviceRequest(driver, count, deviceIDs, capabilities, options);
    }

    static void write(JsonGenerator out, DeviceRequest value) {
        out.writeStartObject();
        out.writeStringProperty("Driver", value.driver());
        out.writeNumberProperty("Count", value.count());
        Output.texts(out, "DeviceIDs", value.deviceIDs(), Empty.NULL);
        Output.list(out, "Capabilities", value.capabilities(), Empty.NULL, Output::texts);
        Output.textMap(out, "Options", value.options(), Empty.NULL);
        out.writeEndObject();
    }
}

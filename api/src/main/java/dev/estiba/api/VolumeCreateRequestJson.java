package dev.estiba.api;

import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link VolumeCreateRequest}. */
final class VolumeCreateRequestJson {
    static final FieldNames NAMES = FieldNames.of("CreateOptions", "Driver", "DriverOpts", "Labels", "Name");

    private VolumeCreateRequestJson() {}

    static VolumeCreateRequest read(Cursor in) throws ApiException {
        String driver = "";
        Map<String, String> options = Map.of();
        Map<String, String> labels = Map.of();
        String name = "";
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Driver" -> driver = in.text();
                case "DriverOpts" -> options = in.textMap();
                case "Labels" -> labels = in.textMap();
                case "Name" -> name = in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new VolumeCreateRequest(driver, options, labels, name);
    }

    static void write(JsonGenerator out, VolumeCreateRequest value) {
        out.writeStartObject();
        Output.nonEmpty(out, "Driver", value.driver());
        Output.textMap(out, "DriverOpts", value.driverOpts(), Empty.LEFT_OUT);
        Output.textMap(out, "Labels", value.labels(), Empty.LEFT_OUT);
        Output.nonEmpty(out, "Name", value.name());
        out.writeEndObject();
    }
}

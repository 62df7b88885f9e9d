package dev.estiba.api;

import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link VolumeDriver}. */
final class VolumeDriverJson {
    static final FieldNames NAMES = FieldNames.of("Driver", "Name", "Options");

    private VolumeDriverJson() {}

    static VolumeDriver read(Cursor in) throws ApiException {
        String name = "";
        Map<String, String> options = Map.of();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Name" -> name = in.text();
                case "Options" -> options = in.textMap();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new VolumeDriver(name, options);
    }

    static void write(JsonGenerator out, VolumeDriver value) {
        out.writeStartObject();
        Output.nonEmpty(out, "Name", value.name());
        Output.textMap(out, "Options", value.options(), Empty.LEFT_OUT);
        out.writeEndObject();
    }
}

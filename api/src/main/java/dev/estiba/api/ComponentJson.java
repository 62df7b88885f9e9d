package dev.estiba.api;

import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link Component}. */
final class ComponentJson {
    static final FieldNames NAMES = FieldNames.of("ComponentVersion", "Name", "Version", "Details");

    private ComponentJson() {}

    static Component read(Cursor in) throws ApiException {
        String name = "";
        String version = "";
        Map<String, String> details = Map.of();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Name" -> name = in.text();
                case "Version" -> version = in.text();
                case "Details" -> details = in.textMap();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new Component(name, version, details);
    }

    static void write(JsonGenerator out, Component value) {
        out.writeStartObject();
        out.writeStringProperty("Name", value.name());
        out.writeStringProperty("Version", value.version());
        Output.textMap(out, "Details", value.details(), Empty.LEFT_OUT);
        out.writeEndObject();
    }
}

package dev.estiba.api;

import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link GraphDriver}. */
final class GraphDriverJson {
    static final FieldNames NAMES = FieldNames.of("DriverData", "Data", "Name");

    private GraphDriverJson() {}

    static GraphDriver read(Cursor in) throws ApiException {
        Map<String, String> data = Map.of();
        String name = "";
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Data" -> data = in.textMap();
                case "Name" -> name = in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new GraphDriver(data, name);
    }

    static void write(JsonGenerator out, GraphDriver value) {
        out.writeStartObject();
        Output.textMap(out, "Data", value.data(), Empty.NULL);
        out.writeStringProperty("Name", value.name());
        out.writeEndObject();
    }
}

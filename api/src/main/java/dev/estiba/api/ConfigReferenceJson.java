package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ConfigReference}. */
final class ConfigReferenceJson {
    static final FieldNames NAMES = FieldNames.of("ConfigReference", "Network");

    private ConfigReferenceJson() {}

    static ConfigReference read(Cursor in) throws ApiException {
        String network = "";
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Network" -> network = in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new ConfigReference(network);
    }

    static void write(JsonGenerator out, ConfigReference value) {
        out.writeStartObject();
        out.writeStringProperty("Network", value.network());
        out.writeEndObject();
    }
}

package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link Platform}. */
final class PlatformJson {
    static final FieldNames NAMES = FieldNames.of("Platform", "Name");

    private PlatformJson() {}

    static Platform read(Cursor in) throws ApiException {
        String name = "";
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Name" -> name = in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new Platform(name);
    }

    static void write(JsonGenerator out, Platform value) {
        out.writeStartObject();
        out.writeStringProperty("Name", value.name());
        out.writeEndObject();
    }
}

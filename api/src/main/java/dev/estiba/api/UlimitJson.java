package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link Ulimit}. */
final class UlimitJson {
    static final FieldNames NAMES = FieldNames.of("Ulimit", "Name", "Hard", "Soft");

    private UlimitJson() {}

    static Ulimit read(Cursor in) throws ApiException {
        String name = "";
        long hard = 0;
        long soft = 0;
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Name" -> name = in.text();
                case "Hard" -> hard = in.int64();
                case "Soft" -> soft = in.int64();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new Ulimit(name, hard, soft);
    }

    static void write(JsonGenerator out, Ulimit value) {
        out.writeStartObject();
        out.writeStringProperty("Name", value.name());
        out.writeNumberProperty("Hard", value.hard());
        out.writeNumberProperty("Soft", value.soft());
        out.writeEndObject();
    }
}

package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link WeightDevice}. */
final class WeightDeviceJson {
    static final FieldNames NAMES = FieldNames.of("WeightDevice", "Path", "Weight");

    private WeightDeviceJson() {}

    static WeightDevice read(Cursor in) throws ApiException {
        String path = "";
        int weight = 0;
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Path" -> path = in.text();
                case "Weight" -> weight = in.uint16();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new WeightDevice(path, weight);
    }

    static void write(JsonGenerator out, WeightDevice value) {
        out.writeStartObject();
        out.writeStringProperty("Path", value.path());
        out.writeNumberProperty("Weight", value.weight());
        out.writeEndObject();
    }
}

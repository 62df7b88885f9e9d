package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ThrottleDevice}. */
final class ThrottleDeviceJson {
    static final FieldNames NAMES = FieldNames.of("ThrottleDevice", "Path", "Rate");

    private ThrottleDeviceJson() {}

    static ThrottleDevice read(Cursor in) throws ApiException {
        String path = "";
        long rate = 0;
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Path" -> path = in.text();
                case "Rate" -> rate = in.int64();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new ThrottleDevice(path, rate);
    }

    static void write(JsonGenerator out, ThrottleDevice value) {
        out.writeStartObject();
        out.writeStringProperty("Path", value.path());
        out.writeNumberProperty("Rate", value.rate());
        out.writeEndObject();
    }
}

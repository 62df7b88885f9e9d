package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link HealthConfig}. */
final class HealthConfigJson {
    static final FieldNames NAMES =
            FieldNames.of("HealthConfig", "Test", "Interval", "Timeout", "StartPeriod", "StartInterval", "Retries");

    private HealthConfigJson() {}

    static HealthConfig read(Cursor in) throws ApiException {
        HealthConfig.Builder value = HealthConfig.builder();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Test" -> value.test(in.texts());
                case "Interval" -> value.interval(in.int64());
                case "Timeout" -> value.timeout(in.int64());
                case "StartPeriod" -> value.startPeriod(in.int64());
                case "StartInterval" -> value.startInterval(in.int64());
                case "Retries" -> value.retries(in.int32());
                default -> in.skip();
            }
        }
        in.leave(outer);
        return value.build();
    }

    static void write(JsonGenerator out, HealthConfig value) {
        out.writeStartObject();
        Output.texts(out, "Test", value.test(), Empty.LEFT_OUT);
        Output.nonZero(out, "Interval", value.interval());
        Output.nonZero(out, "Timeout", value.timeout());
        Output.nonZero(out, "StartPeriod", value.startPeriod());
        Output.nonZero(out, "StartInterval", value.startInterval());
        Output.nonZero(out, "Retries", value.retries());
        out.writeEndObject();
    }
}

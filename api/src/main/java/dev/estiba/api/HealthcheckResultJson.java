package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link HealthcheckResult}. */
final class HealthcheckResultJson {
    static final FieldNames NAMES = FieldNames.of("HealthcheckResult", "Start", "End", "ExitCode", "Output");

    private HealthcheckResultJson() {}

    static HealthcheckResult read(Cursor in) throws ApiException {
        String start = "";
        String end = "";
        int exitCode = 0;
        String output = "";
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Start" -> start = in.text();
                case "End" -> end = in.text();
                case "ExitCode" -> exitCode = in.int32();
                case "Output" -> output = in.anyText();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new HealthcheckResult(start, end, exitCode, output);
    }

    static void write(JsonGenerator out, HealthcheckResult value) {
        out.writeStartObject();
        out.writeStringProperty("Start", value.start());
        out.writeStringProperty("End", value.end());
        out.writeNumberProperty("ExitCode", value.exitCode());
        out.writeStringProperty("Output", value.output());
        out.writeEndObject();
    }
}

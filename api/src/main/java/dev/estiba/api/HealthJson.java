package dev.estiba.api;

import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link Health}. */
final class HealthJson {
    static final FieldNames NAMES = FieldNames.of("Health", "Status", "FailingStreak", "Log");

    private HealthJson() {}

    static Health read(Cursor in) throws ApiException {
        String status = "";
        int failingStreak = 0;
        List<HealthcheckResult> log = List.of();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Status" -> status = in.text();
                case "FailingStreak" -> failingStreak = in.int32();
                case "Log" -> log = in.list(HealthcheckResultJson::read);
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new Health(status, failingStreak, log);
    }

    static void write(JsonGenerator out, Health value) {
        out.writeStartObject();
        out.writeStringProperty("Status", value.status());
        out.writeNumberProperty("FailingStreak", value.failingStreak());
        Output.list(out, "Log", value.log(), Empty.NULL, HealthcheckResultJson::write);
        out.writeEndObject();
    }
}

package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link HealthSummary}. */
final class HealthSummaryJson {
    static final FieldNames NAMES = FieldNames.of("HealthSummary", "Status", "FailingStreak");

    private HealthSummaryJson() {}

    static HealthSummary read(Cursor in) throws ApiException {
        String status = "";
        int streak = 0;
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Status" -> status = in.text();
                case "FailingStreak" -> streak = in.int32();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new HealthSummary(status, streak);
    }

    static void write(JsonGenerator out, HealthSummary value) {
        out.writeStartObject();
        out.writeStringProperty("Status", value.status());
        out.writeNumberProperty("FailingStreak", value.failingStreak());
        out.writeEndObject();
    }
}

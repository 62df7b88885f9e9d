package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link RestartPolicy}. */
final class RestartPolicyJson {
    static final FieldNames NAMES = FieldNames.of("RestartPolicy", "Name", "MaximumRetryCount");

    private RestartPolicyJson() {}

    static RestartPolicy read(Cursor in) throws ApiException {
        String name = "";
        int maximumRetryCount = 0;
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Name" -> name = in.text();
                case "MaximumRetryCount" -> maximumRetryCount = in.int32();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new RestartPolicy(name, maximumRetryCount);
    }

    static void write(JsonGenerator out, RestartPolicy value) {
        out.writeStartObject();
        out.writeStringProperty("Name", value.name());
        out.writeNumberProperty("MaximumRetryCount", value.maximumRetryCount());
        out.writeEndObject();
    }
}

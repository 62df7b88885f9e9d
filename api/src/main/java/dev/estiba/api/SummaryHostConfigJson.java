package dev.estiba.api;

import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link SummaryHostConfig}. */
final class SummaryHostConfigJson {
    static final FieldNames NAMES = FieldNames.of("SummaryHostConfig", "NetworkMode", "Annotations");

    private SummaryHostConfigJson() {}

    static SummaryHostConfig read(Cursor in) throws ApiException {
        String networkMode = "";
        Map<String, String> annotations = Map.of();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "NetworkMode" -> networkMode = in.text();
                case "Annotations" -> annotations = in.textMap();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new SummaryHostConfig(networkMode, annotations);
    }

    static void write(JsonGenerator out, SummaryHostConfig value) {
        out.writeStartObject();
        Output.nonEmpty(out, "NetworkMode", value.networkMode());
        Output.textMap(out, "Annotations", value.annotations(), Empty.LEFT_OUT);
        out.writeEndObject();
    }
}

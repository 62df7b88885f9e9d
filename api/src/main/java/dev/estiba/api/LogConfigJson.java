package dev.estiba.api;

import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link LogConfig}. */
final class LogConfigJson {
    static final FieldNames NAMES = FieldNames.of("LogConfig", "Type", "Config");

    private LogConfigJson() {}

    static LogConfig read(Cursor in) throws ApiException {
        String type = "";
        Map<String, String> config = Map.of();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Type" -> type = in.text();
                case "Config" -> config = in.textMap();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new LogConfig(type, config);
    }

    static void write(JsonGenerator out, LogConfig value) {
        out.writeStartObject();
        out.writeStringProperty("Type", value.type());
        Output.textMap(out, "Config", value.config(), Empty.BRACKETS);
        out.writeEndObject();
    }
}

package dev.estiba.api;

import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link Top}. */
final class TopJson {
    static final FieldNames NAMES = FieldNames.of("TopResponse", "Titles", "Processes");

    private TopJson() {}

    static Top read(Cursor in) throws ApiException {
        List<String> titles = List.of();
        List<List<String>> processes = List.of();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Titles" -> titles = in.texts();
                case "Processes" -> processes = in.list(Cursor::texts);
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new Top(titles, processes);
    }

    static void write(JsonGenerator out, Top value) {
        out.writeStartObject();
        Output.texts(out, "Titles", value.titles(), Empty.BRACKETS);
        Output.list(out, "Processes", value.processes(), Empty.BRACKETS, Output::texts);
        out.writeEndObject();
    }
}

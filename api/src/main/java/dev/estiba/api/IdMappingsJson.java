package dev.estiba.api;

import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link IdMappings}. */
final class IdMappingsJson {
    static final FieldNames NAMES = FieldNames.of("IDMappings", "UidMap", "GidMap");

    private IdMappingsJson() {}

    static IdMappings read(Cursor in) throws ApiException {
        List<String> uidMap = List.of();
        List<String> gidMap = List.of();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "UidMap" -> uidMap = in.texts();
                case "GidMap" -> gidMap = in.texts();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new IdMappings(uidMap, gidMap);
    }

    static void write(JsonGenerator out, IdMappings value) {
        out.writeStartObject();
        Output.texts(out, "UidMap", value.uidMap(), Empty.NULL);
        Output.texts(out, "GidMap", value.gidMap(), Empty.NULL);
        out.writeEndObject();
    }
}

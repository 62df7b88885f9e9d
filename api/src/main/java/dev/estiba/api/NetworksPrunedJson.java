package dev.estiba.api;

import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link NetworksPruned}. */
final class NetworksPrunedJson {
    static final FieldNames NAMES = FieldNames.of("PruneReport", "NetworksDeleted");

    private NetworksPrunedJson() {}

    static NetworksPruned read(Cursor in) throws ApiException {
        List<String> deleted = List.of();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "NetworksDeleted" -> deleted = in.texts();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new NetworksPruned(deleted);
    }

    static void write(JsonGenerator out, NetworksPruned value) {
        out.writeStartObject();
        Output.texts(out, "NetworksDeleted", value.networksDeleted(), Empty.NULL);
        out.writeEndObject();
    }
}

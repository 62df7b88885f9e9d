package dev.estiba.api;

import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ContainersPruned}. */
final class ContainersPrunedJson {
    static final FieldNames NAMES = FieldNames.of("PruneReport", "ContainersDeleted", "SpaceReclaimed");

    private ContainersPrunedJson() {}

    static ContainersPruned read(Cursor in) throws ApiException {
        List<String> containers = List.of();
        long space = 0;
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "ContainersDeleted" -> containers = in.texts();
                case "SpaceReclaimed" -> space = in.int64();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new ContainersPruned(containers, space);
    }

    static void write(JsonGenerator out, ContainersPruned value) {
        out.writeStartObject();
        Output.texts(out, "ContainersDeleted", value.containers(), Empty.NULL);
        out.writeNumberProperty("SpaceReclaimed", value.spaceReclaimed());
        out.writeEndObject();
    }
}

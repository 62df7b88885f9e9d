package dev.estiba.api;

import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link VolumesPruned}. */
final class VolumesPrunedJson {
    static final FieldNames NAMES = FieldNames.of("PruneReport", "VolumesDeleted", "SpaceReclaimed");

    private VolumesPrunedJson() {}

    static VolumesPruned read(Cursor in) throws ApiException {
        List<String> deleted = List.of();
        long space = 0;
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "VolumesDeleted" -> deleted = in.texts();
                case "SpaceReclaimed" -> space = in.int64();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new VolumesPruned(deleted, space);
    }

    static void write(JsonGenerator out, VolumesPruned value) {
        out.writeStartObject();
        Output.texts(out, "VolumesDeleted", value.volumesDeleted(), Empty.NULL);
        out.writeNumberProperty("SpaceReclaimed", value.spaceReclaimed());
        out.writeEndObject();
    }
}

package dev.estiba.api;

import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link VolumeList}. */
final class VolumeListJson {
    static final FieldNames NAMES = FieldNames.of("ListResponse", "Volumes", "Warnings");

    private VolumeListJson() {}

    static VolumeList read(Cursor in) throws ApiException {
        List<Volume> volumes = List.of();
        List<String> warnings = List.of();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Volumes" -> volumes = in.list(VolumeJson::read);
                case "Warnings" -> warnings = in.texts();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new VolumeList(volumes, warnings);
    }

    static void write(JsonGenerator out, VolumeList value) {
        out.writeStartObject();
        Output.list(out, "Volumes", value.volumes(), Empty.BRACKETS, VolumeJson::write);
        Output.texts(out, "Warnings", value.warnings(), Empty.NULL);
        out.writeEndObject();
    }
}

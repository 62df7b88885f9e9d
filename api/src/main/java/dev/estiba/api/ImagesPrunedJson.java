package dev.estiba.api;

import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ImagesPruned}: the Engine API's {@code ImagePruneResponse}. */
final class ImagesPrunedJson {
    static final FieldNames NAMES = FieldNames.of("PruneReport", "ImagesDeleted", "SpaceReclaimed");

    private ImagesPrunedJson() {}

    static ImagesPruned read(Cursor in) throws ApiException {
        List<ImageDeleted> deleted = List.of();
        long reclaimed = 0;
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "ImagesDeleted" -> deleted = in.list(ImageDeletedJson::read);
                case "SpaceReclaimed" -> reclaimed = in.int64();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new ImagesPruned(deleted, reclaimed);
    }

    static void write(JsonGenerator out, ImagesPruned value) {
        out.writeStartObject();
        Output.list(out, "ImagesDeleted", value.deleted(), Empty.NULL, ImageDeletedJson::write);
        out.writeNumberProperty("SpaceReclaimed", value.spaceReclaimed());
        out.writeEndObject();
    }
}

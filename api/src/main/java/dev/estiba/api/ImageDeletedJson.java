package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ImageDeleted}: the Engine API's {@code ImageDeleteResponseItem}. */
final class ImageDeletedJson {
    static final FieldNames NAMES = FieldNames.of("DeleteResponse", "Untagged", "Deleted");

    private ImageDeletedJson() {}

    static ImageDeleted read(Cursor in) throws ApiException {
        String untagged = "";
        String deleted = "";
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Untagged" -> untagged = in.text();
                case "Deleted" -> deleted = in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return untagged.isEmpty() ? new ImageDeleted.Deleted(deleted) : new ImageDeleted.Untagged(untagged);
    }

    static void write(JsonGenerator out, ImageDeleted value) {
        out.writeStartObject();
        switch (value) {
            case ImageDeleted.Untagged(String reference) -> out.writeStringProperty("Untagged", reference);
            case ImageDeleted.Deleted(String id) -> out.writeStringProperty("Deleted", id);
        }
        out.writeEndObject();
    }
}

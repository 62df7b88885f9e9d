package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ImageOptions}. */
final class ImageOptionsJson {
    static final FieldNames NAMES = FieldNames.of("ImageOptions", "Subpath");

    private ImageOptionsJson() {}

    static ImageOptions read(Cursor in) throws ApiException {
        String subpath = "";
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Subpath" -> subpath = in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new ImageOptions(subpath);
    }

    static void write(JsonGenerator out, ImageOptions value) {
        out.writeStartObject();
        Output.nonEmpty(out, "Subpath", value.subpath());
        out.writeEndObject();
    }
}

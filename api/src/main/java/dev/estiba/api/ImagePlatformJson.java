package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ImagePlatform}: the Engine API's {@code OCIPlatform}. */
final class ImagePlatformJson {
    static final FieldNames NAMES = FieldNames.of("Platform", "os", "architecture", "variant");

    private ImagePlatformJson() {}

    static ImagePlatform read(Cursor in) throws ApiException {
        String os = "";
        String architecture = "";
        String variant = "";
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "os" -> os = in.text();
                case "architecture" -> architecture = in.text();
                case "variant" -> variant = in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new ImagePlatform(os, architecture, variant);
    }

    static void write(JsonGenerator out, ImagePlatform value) {
        out.writeStartObject();
        out.writeStringProperty("architecture", value.architecture());
        out.writeStringProperty("os", value.os());
        Output.nonEmpty(out, "variant", value.variant());
        out.writeEndObject();
    }
}

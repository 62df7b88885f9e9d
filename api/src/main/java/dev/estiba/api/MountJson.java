package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link Mount}. */
final class MountJson {
    static final FieldNames NAMES = FieldNames.of(
            "Mount",
            "Type",
            "Source",
            "Target",
            "ReadOnly",
            "Consistency",
            "BindOptions",
            "VolumeOptions",
            "ImageOptions",
            "TmpfsOptions");

    private MountJson() {}

    static Mount read(Cursor in) throws ApiException {
        Mount.Builder value = Mount.builder();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Type" -> value.type(in.text());
                case "Source" -> value.source(in.text());
                case "Target" -> value.target(in.text());
                case "ReadOnly" -> value.readOnly(in.bool());
                case "Consistency" -> value.consistency(in.text());
                case "BindOptions" -> value.bindOptions(BindOptionsJson.read(in));
                case "VolumeOptions" -> value.volumeOptions(VolumeOptionsJson.read(in));
                case "ImageOptions" -> value.imageOptions(ImageOptionsJson.read(in));
                case "TmpfsOptions" -> value.tmpfsOptions(TmpfsOptionsJson.read(in));
                default -> in.skip();
            }
        }
        in.leave(outer);
        return value.build();
    }

    static void write(JsonGenerator out, Mount value) {
        out.writeStartObject();
        Output.nonEmpty(out, "Type", value.type());
        Output.nonEmpty(out, "Source", value.source());
        Output.nonEmpty(out, "Target", value.target());
        Output.ifTrue(out, "ReadOnly", value.readOnly());
        Output.nonEmpty(out, "Consistency", value.consistency());
        Output.optional(out, "BindOptions", value.bindOptions(), Empty.LEFT_OUT, BindOptionsJson::write);
        Output.optional(out, "VolumeOptions", value.volumeOptions(), Empty.LEFT_OUT, VolumeOptionsJson::write);
        Output.optional(out, "ImageOptions", value.imageOptions(), Empty.LEFT_OUT, ImageOptionsJson::write);
        Output.optional(out, "TmpfsOptions", value.tmpfsOptions(), Empty.LEFT_OUT, TmpfsOptionsJson::write);
        out.writeEndObject();
    }
}

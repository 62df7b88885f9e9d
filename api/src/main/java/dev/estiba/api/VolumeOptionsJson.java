package dev.estiba.api;

import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link VolumeOptions}. */
final class VolumeOptionsJson {
    static final FieldNames NAMES = FieldNames.of("VolumeOptions", "NoCopy", "Labels", "Subpath", "DriverConfig");

    private VolumeOptionsJson() {}

    static VolumeOptions read(Cursor in) throws ApiException {
        boolean noCopy = false;
        Map<String, String> labels = Map.of();
        String subpath = "";
        Optional<VolumeDriver> driverConfig = Optional.empty();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "NoCopy" -> noCopy = in.bool();
                case "Labels" -> labels = in.textMap();
                case "Subpath" -> subpath = in.text();
                case "DriverConfig" -> driverConfig = Optional.of(VolumeDriverJson.read(in));
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new VolumeOptions(noCopy, labels, subpath, driverConfig);
    }

    static void write(JsonGenerator out, VolumeOptions value) {
        out.writeStartObject();
        Output.ifTrue(out, "NoCopy", value.noCopy());
        Output.textMap(out, "Labels", value.labels(), Empty.LEFT_OUT);
        Output.nonEmpty(out, "Subpath", value.subpath());
        Output.optional(out, "DriverConfig", value.driverConfig(), Empty.NULL, VolumeDriverJson::write);
        out.writeEndObject();
    }
}

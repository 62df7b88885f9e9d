package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link MountPoint}. */
final class MountPointJson {
    static final FieldNames NAMES =
            FieldNames.of("MountPoint", "Type", "Name", "Source", "Destination", "Driver", "Mode", "RW", "Propagation");

    private MountPointJson() {}

    static MountPoint read(Cursor in) throws ApiException {
        MountPoint.Builder value = MountPoint.builder();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Type" -> value.type(in.text());
                case "Name" -> value.name(in.text());
                case "Source" -> value.source(in.text());
                case "Destination" -> value.destination(in.text());
                case "Driver" -> value.driver(in.text());
                case "Mode" -> value.mode(in.text());
                case "RW" -> value.isWritable(in.bool());
                case "Propagation" -> value.propagation(in.text());
                default -> in.skip();
            }
        }
        in.leave(outer);
        return value.build();
    }

    static void write(JsonGenerator out, MountPoint value) {
        out.writeStartObject();
        Output.nonEmpty(out, "Type", value.type());
        Output.nonEmpty(out, "Name", value.name());
        out.writeStringProperty("Source", value.source());
        out.writeStringProperty("Destination", value.destination());
        Output.nonEmpty(out, "Driver", value.driver());
        out.writeStringProperty("Mode", value.mode());
        out.writeBooleanProperty("RW", value.isWritable());
        out.writeStringProperty("Propagation", value.propagation());
        out.writeEndObject();
    }
}

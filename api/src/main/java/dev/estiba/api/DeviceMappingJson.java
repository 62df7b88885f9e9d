package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link DeviceMapping}. */
final class DeviceMappingJson {
    static final FieldNames NAMES =
            FieldNames.of("DeviceMapping", "PathOnHost", "PathInContainer", "CgroupPermissions");

    private DeviceMappingJson() {}

    static DeviceMapping read(Cursor in) throws ApiException {
        String pathOnHost = "";
        String pathInContainer = "";
        String cgroupPermissions = "";
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "PathOnHost" -> pathOnHost = in.text();
                case "PathInContainer" -> pathInContainer = in.text();
                case "CgroupPermissions" -> cgroupPermissions = in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new DeviceMapping(pathOnHost, pathInContainer, cgroupPermissions);
    }

    static void write(JsonGenerator out, DeviceMapping value) {
        out.writeStartObject();
        out.writeStringProperty("PathOnHost", value.pathOnHost());
        out.writeStringProperty("PathInContainer", value.pathInContainer());
        out.writeStringProperty("CgroupPermissions", value.cgroupPermissions());
        out.writeEndObject();
    }
}

package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link VolumeUsage}. */
final class VolumeUsageJson {
    static final FieldNames NAMES = FieldNames.of("UsageData", "RefCount", "Size");

    private VolumeUsageJson() {}

    static VolumeUsage read(Cursor in) throws ApiException {
        long size = 0;
        long count = 0;
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "RefCount" -> count = in.int64();
                case "Size" -> size = in.int64();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new VolumeUsage(size, count);
    }

    static void write(JsonGenerator out, VolumeUsage value) {
        out.writeStartObject();
        out.writeNumberProperty("RefCount", value.refCount());
        out.writeNumberProperty("Size", value.size());
        out.writeEndObject();
    }
}

package dev.estiba.api;

import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link DiskUsage}. */
final class DiskUsageJson {
    static final FieldNames NAMES =
            FieldNames.of("DiskUsage", "LayersSize", "Images", "Containers", "Volumes", "BuildCache");

    private DiskUsageJson() {}

    static DiskUsage read(Cursor in) throws ApiException {
        long size = 0;
        List<ImageSummary> images = List.of();
        List<ContainerSummary> containers = List.of();
        List<Volume> volumes = List.of();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "LayersSize" -> size = in.int64();
                case "Images" -> images = in.list(ImageSummaryJson::read);
                case "Containers" -> containers = in.list(ContainerSummaryJson::read);
                case "Volumes" -> volumes = in.list(VolumeJson::read);
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new DiskUsage(size, 0, images, containers, volumes);
    }

    static void write(JsonGenerator out, DiskUsage value) {
        out.writeStartObject();
        out.writeNumberProperty("LayersSize", value.layersSize());
        Output.list(out, "Images", value.images(), Empty.BRACKETS, ImageSummaryJson::write);
        Output.list(out, "Containers", value.containers(), Empty.BRACKETS, ContainerSummaryJson::write);
        Output.list(out, "Volumes", value.volumes(), Empty.BRACKETS, VolumeJson::write);
        Output.texts(out, "BuildCache", List.of(), Empty.BRACKETS);
        out.writeEndObject();
    }
}

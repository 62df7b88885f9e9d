package dev.estiba.api;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link UsageTotals.All}. */
final class UsageTotalsJson {
    private static final UsageTotals<Volume> NO_BUILDS = new UsageTotals<>(0, List.of(), 0, 0, 0);

    private UsageTotalsJson() {}

    static void write(JsonGenerator out, UsageTotals.All value) {
        out.writeStartObject();
        write(out, "ImageUsage", value.images(), ImageSummaryJson::write);
        write(out, "ContainerUsage", value.containers(), ContainerSummaryJson::write);
        write(out, "VolumeUsage", value.volumes(), VolumeJson::write);
        write(
                out,
                "BuildCacheUsage",
                value.buildCache() ? Optional.of(NO_BUILDS) : Optional.empty(),
                VolumeJson::write);
        out.writeEndObject();
    }

    private static <T> void write(
            JsonGenerator out, String name, Optional<UsageTotals<T>> totals, BiConsumer<JsonGenerator, T> item) {
        if (totals.isEmpty()) {
            return;
        }
        UsageTotals<T> value = totals.get();
        out.writeObjectPropertyStart(name);
        out.writeNumberProperty("ActiveCount", value.activeCount());
        if (!value.items().isEmpty()) {
            Output.list(out, "Items", value.items(), Empty.BRACKETS, item);
        }
        out.writeNumberProperty("Reclaimable", value.reclaimable());
        out.writeNumberProperty("TotalCount", value.totalCount());
        out.writeNumberProperty("TotalSize", value.totalSize());
        out.writeEndObject();
    }
}

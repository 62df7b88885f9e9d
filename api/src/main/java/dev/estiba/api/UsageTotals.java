package dev.estiba.api;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/**
 * What things of one kind take of the disk, as the answer to {@code GET /system/df} has it since version 1.52.
 *
 * @param activeCount how many are used
 * @param reclaimable bytes of those that are not
 * @param items all of them, where they are asked for
 */
public record UsageTotals<T>(long activeCount, List<T> items, long reclaimable, long totalCount, long totalSize) {
    private static final Set<String> ACTIVE = Set.of("running", "paused", "restarting");

    public UsageTotals {
        items = List.copyOf(items);
    }

    /** All kinds; one that is not asked for is not there. */
    public record All(
            Optional<UsageTotals<ImageSummary>> images,
            Optional<UsageTotals<ContainerSummary>> containers,
            Optional<UsageTotals<Volume>> volumes,
            boolean buildCache) {
        /** As the answer has it. */
        public byte[] json() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
            try (JsonGenerator out = Output.open(bytes, Layout.COMPACT)) {
                UsageTotalsJson.write(out, this);
            }
            return bytes.toByteArray();
        }
    }

    /** Without the items. */
    public UsageTotals<T> brief() {
        return new UsageTotals<>(activeCount, List.of(), reclaimable, totalCount, totalSize);
    }

    public static UsageTotals<ImageSummary> images(DiskUsage usage) {
        long active =
                usage.images().stream().filter(each -> each.containers() > 0).count();
        return new UsageTotals<>(
                active,
                usage.images(),
                usage.layersReclaimable(),
                usage.images().size(),
                usage.layersSize());
    }

    public static UsageTotals<ContainerSummary> containers(DiskUsage usage) {
        long active = 0;
        long size = 0;
        long reclaimable = 0;
        for (ContainerSummary each : usage.containers()) {
            boolean isActive = ACTIVE.contains(each.state());
            active += isActive ? 1 : 0;
            size += each.sizeRw();
            reclaimable += isActive ? 0 : each.sizeRw();
        }
        return new UsageTotals<>(
                active, usage.containers(), reclaimable, usage.containers().size(), size);
    }

    public static UsageTotals<Volume> volumes(DiskUsage usage) {
        long active = 0;
        long size = 0;
        long reclaimable = 0;
        for (Volume each : usage.volumes()) {
            VolumeUsage own = each.usage().orElse(new VolumeUsage(0, 0));
            long bytes = Math.max(0, own.size());
            active += own.refCount() > 0 ? 1 : 0;
            size += bytes;
            reclaimable += own.refCount() > 0 ? 0 : bytes;
        }
        return new UsageTotals<>(
                active, usage.volumes(), reclaimable, usage.volumes().size(), size);
    }
}

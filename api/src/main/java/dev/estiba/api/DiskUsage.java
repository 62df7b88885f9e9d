package dev.estiba.api;

import java.util.List;

/**
 * How much of the disk is used ({@code GET /system/df}). There is no build cache yet.
 *
 * @param layersSize of all images, in bytes: their layers as they are unpacked, and as they came; what several share counts once
 * @param layersReclaimable how much of it no container needs; not in Docker's document
 * @param images with what they share with others, and how many containers are made of each
 * @param containers also those that do not run, with their sizes
 * @param volumes with their sizes, and how many containers want each
 */
public record DiskUsage(
        long layersSize,
        long layersReclaimable,
        List<ImageSummary> images,
        List<ContainerSummary> containers,
        List<Volume> volumes) {
    public DiskUsage {
        images = List.copyOf(images);
        containers = List.copyOf(containers);
        volumes = List.copyOf(volumes);
    }

    /** Without volumes. */
    public DiskUsage(
            long layersSize, long layersReclaimable, List<ImageSummary> images, List<ContainerSummary> containers) {
        this(layersSize, layersReclaimable, images, containers, List.of());
    }

    public DiskUsage with(List<Volume> counted) {
        return new DiskUsage(layersSize, layersReclaimable, images, containers, counted);
    }
}

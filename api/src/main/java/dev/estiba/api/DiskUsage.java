package dev.estiba.api;

import java.util.List;

/**
 * How much of the disk is used ({@code GET /system/df}). There are no volumes and no build cache yet.
 *
 * @param layersSize of all images, in bytes: their layers as they are unpacked, and as they came; what several share counts once
 * @param layersReclaimable how much of it no container needs; not in Docker's document
 * @param images with what they share with others, and how many containers are made of each
 * @param containers also those that do not run, with their sizes
 */
public record DiskUsage(
        long layersSize, long layersReclaimable, List<ImageSummary> images, List<ContainerSummary> containers) {
    public DiskUsage {
        images = List.copyOf(images);
        containers = List.copyOf(containers);
    }
}

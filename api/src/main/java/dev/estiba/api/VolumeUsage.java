package dev.estiba.api;

/**
 * What a volume has of the disk.
 *
 * @param size in bytes; -1: nobody knows
 * @param refCount how many containers want it; -1: nobody knows
 */
public record VolumeUsage(long size, long refCount) {}

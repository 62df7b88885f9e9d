package dev.estiba.api;

/** The share of a block device's time. */
public record WeightDevice(String path, int weight) {}

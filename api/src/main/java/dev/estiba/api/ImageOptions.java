package dev.estiba.api;

/** What only mounts of type {@code image} have. */
public record ImageOptions(String subpath) {}

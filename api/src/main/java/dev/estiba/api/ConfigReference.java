package dev.estiba.api;

/** A network whose settings another one has; empty: none. */
public record ConfigReference(String network) {}

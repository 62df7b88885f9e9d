package dev.estiba.api;

/** The name of what was made. */
public record IdResponse(String id) {}

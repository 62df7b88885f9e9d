package dev.estiba.api;

/** One answer to the question for a container's health. */
public record HealthcheckResult(String start, String end, int exitCode, String output) {}

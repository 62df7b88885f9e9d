package dev.estiba.api;

/** @param warning what the caller should know, empty when nothing */
public record NetworkCreateResponse(String id, String warning) {}

package dev.estiba.api;

/** The product. */
public record Platform(String name) {}

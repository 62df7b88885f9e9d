package dev.estiba.api;

/** A port in a listing. */
public record Port(String ip, int privatePort, int publicPort, String type) {}

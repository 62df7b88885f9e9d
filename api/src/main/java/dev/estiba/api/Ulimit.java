package dev.estiba.api;

/** A resource limit, getrlimit(2), by its name without {@code RLIMIT_} in small letters. */
public record Ulimit(String name, long hard, long soft) {}

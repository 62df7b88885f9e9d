package dev.estiba.api;

/**
 * @param stream go on, once a second, until the container is removed
 * @param oneShot without {@code stream}: answer at once, with no moment before
 */
public record StatsOptions(boolean stream, boolean oneShot) {}

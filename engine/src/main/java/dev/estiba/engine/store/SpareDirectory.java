package dev.estiba.engine.store;

/**
 * The directory of a container that is no more.
 *
 * @param name that container's id, in a directory that has nothing else
 */
public record SpareDirectory(String name) {}

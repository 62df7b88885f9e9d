package dev.estiba.api;

/**
 * @param force kill it when it runs
 * @param volumes remove its anonymous volumes as well
 * @param link remove only the link of that name
 */
public record RemoveOptions(boolean force, boolean volumes, boolean link) {}

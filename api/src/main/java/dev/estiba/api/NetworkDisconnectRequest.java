package dev.estiba.api;

/**
 * @param container its id or name
 * @param force also one that is not there any more
 */
public record NetworkDisconnectRequest(String container, boolean force) {}

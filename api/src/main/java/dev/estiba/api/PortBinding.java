package dev.estiba.api;

/**
 * An address of the host that a port of the container is reached by.
 *
 * @param hostPort a number, a range, or empty for any
 */
public record PortBinding(String hostIp, String hostPort) {}

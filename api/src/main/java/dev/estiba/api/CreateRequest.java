package dev.estiba.api;

/** The body of {@code POST /containers/create}. */
public record CreateRequest(ContainerConfig config, HostConfig hostConfig, NetworkingConfig networkingConfig) {}

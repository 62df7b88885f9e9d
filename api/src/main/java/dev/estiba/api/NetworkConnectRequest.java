package dev.estiba.api;

/** @param container its id or name */
public record NetworkConnectRequest(String container, EndpointSettings endpointConfig) {}

package dev.estiba.api;

/**
 * A container in a network, as the network tells of it.
 *
 * @param ipv4Address with its prefix: {@code 172.17.0.2/16}
 */
public record EndpointResource(
        String name, String endpointId, String macAddress, String ipv4Address, String ipv6Address) {}

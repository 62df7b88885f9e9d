package dev.estiba.api;

/**
 * A device of the host in the container.
 *
 * @param cgroupPermissions some of {@code rwm}
 */
public record DeviceMapping(String pathOnHost, String pathInContainer, String cgroupPermissions) {}

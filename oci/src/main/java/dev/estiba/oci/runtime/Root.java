package dev.estiba.oci.runtime;

/**
 * The root file system: {@code root} of config.md.
 *
 * @param path directory, absolute or relative to the bundle
 * @param readonly whether the container sees it read-only
 */
public record Root(String path, boolean readonly) {}

package dev.estiba.oci.runtime;

import java.util.OptionalLong;

/**
 * Limit of tasks: {@code linux.resources.pids}.
 *
 * @param limit number of tasks; zero or less means without limit
 */
public record Pids(OptionalLong limit) {}

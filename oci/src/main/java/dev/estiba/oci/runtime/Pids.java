package dev.estiba.oci.runtime;

import java.util.OptionalLong;

/**
 * Limit of tasks: {@code linux.resources.pids}.
 *
 * @param limit number of tasks; zero or less means without limit. The schema requires it, the specification's own Go
 *     types do not: absent leaves the limit as it is
 */
public record Pids(OptionalLong limit) {}

package dev.estiba.oci.runtime;

/**
 * Limit of huge pages of one size: {@code linux.resources.hugepageLimits}.
 *
 * @param pageSize as the kernel names it, {@code 2MB}
 * @param limit bytes, unsigned
 */
public record HugepageLimit(String pageSize, long limit) {}

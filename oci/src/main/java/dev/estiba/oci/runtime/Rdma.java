package dev.estiba.oci.runtime;

import java.util.OptionalLong;

/**
 * Limits of one RDMA device: a value of {@code linux.resources.rdma}.
 *
 * @param hcaHandles 0 to 2^32-1
 * @param hcaObjects 0 to 2^32-1
 */
public record Rdma(OptionalLong hcaHandles, OptionalLong hcaObjects) {
    public Rdma {
        Ranges.uint32("hcaHandles", hcaHandles);
        Ranges.uint32("hcaObjects", hcaObjects);
    }
}

package dev.estiba.oci.runtime;

import java.util.List;
import java.util.Optional;

/**
 * Cache and memory bandwidth: {@code linux.intelRdt}, the kernel's resctrl.
 *
 * @param closId {@code closID}: class of service
 * @param schemata lines of the schemata file
 * @param l3CacheSchema line for L3
 * @param memBwSchema line for MB
 * @param enableMonitoring make a monitoring group
 */
public record IntelRdt(
        Optional<String> closId,
        List<String> schemata,
        Optional<String> l3CacheSchema,
        Optional<String> memBwSchema,
        boolean enableMonitoring) {
    public IntelRdt {
        closId = Copies.nonEmpty(closId);
        schemata = List.copyOf(schemata);
        l3CacheSchema = Copies.nonEmpty(l3CacheSchema);
        memBwSchema = Copies.nonEmpty(memBwSchema);
    }
}

package dev.estiba.oci.runtime;

import java.util.List;

/**
 * The five capability sets by name, {@code CAP_CHOWN}: {@code process.capabilities}, capabilities(7).
 * Names stay text: one that this kernel lacks is the runtime's business.
 *
 * @param bounding limit of what exec can give
 * @param effective checked by the kernel
 * @param inheritable kept over exec for files that name them
 * @param permitted limit of the effective set
 * @param ambient kept over exec of ordinary files
 */
public record Capabilities(
        List<String> bounding,
        List<String> effective,
        List<String> inheritable,
        List<String> permitted,
        List<String> ambient) {
    public Capabilities {
        bounding = List.copyOf(bounding);
        effective = List.copyOf(effective);
        inheritable = List.copyOf(inheritable);
        permitted = List.copyOf(permitted);
        ambient = List.copyOf(ambient);
    }
}

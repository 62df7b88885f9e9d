package dev.estiba.oci.runtime;

import java.util.List;
import java.util.Optional;

/**
 * One entry of {@code mounts} in config.md; entries are mounted in the order of the list.
 *
 * @param destination where in the container; a relative one is taken from its root
 * @param type file system type; absent for a bind mount
 * @param source device, directory or a name; a relative bind source is taken from the bundle
 * @param options as fstab(5) and mount(8) write them
 * @param uidMappings of an idmapped mount
 * @param gidMappings of an idmapped mount
 */
public record Mount(
        String destination,
        Optional<String> type,
        Optional<String> source,
        List<String> options,
        List<IdMapping> uidMappings,
        List<IdMapping> gidMappings) {
    public Mount {
        type = Copies.nonEmpty(type);
        source = Copies.nonEmpty(source);
        options = List.copyOf(options);
        uidMappings = List.copyOf(uidMappings);
        gidMappings = List.copyOf(gidMappings);
    }

    /** A mount without id mappings; an empty type or source counts as absent. */
    public Mount(String destination, String type, String source, List<String> options) {
        this(destination, Optional.of(type), Optional.of(source), options, List.of(), List.of());
    }
}

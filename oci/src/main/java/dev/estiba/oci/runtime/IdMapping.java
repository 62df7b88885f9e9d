package dev.estiba.oci.runtime;

/**
 * A range of user or group ids: {@code uidMappings} and {@code gidMappings} of config-linux.md, user_namespaces(7).
 *
 * @param containerId first id inside, 0 to 2^32-1
 * @param hostId first id outside, 0 to 2^32-1
 * @param size how many ids follow one another, 0 to 2^32-1
 */
public record IdMapping(long containerId, long hostId, long size) {
    public IdMapping {
        Ranges.uint32("containerID", containerId);
        Ranges.uint32("hostID", hostId);
        Ranges.uint32("size", size);
    }
}

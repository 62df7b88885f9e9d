package dev.estiba.api;

import java.util.List;

/**
 * Which ids of the host a container's users and groups are: podman's {@code IDMappings}, which Docker has not got.
 *
 * @param uidMap {@code CONTAINER:HOST:LENGTH} each
 * @param gidMap the same of groups
 */
public record IdMappings(List<String> uidMap, List<String> gidMap) {
    public IdMappings {
        uidMap = List.copyOf(uidMap);
        gidMap = List.copyOf(gidMap);
    }
}

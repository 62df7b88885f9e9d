package dev.estiba.oci.runtime;

import java.util.List;
import java.util.OptionalLong;

/**
 * Marks for traffic: {@code linux.resources.network}, cgroup v1.
 *
 * @param classId net_cls.classid, 0 to 2^32-1
 * @param priorities net_prio.ifpriomap
 */
public record NetworkClass(OptionalLong classId, List<InterfacePriority> priorities) {
    public NetworkClass {
        priorities = List.copyOf(priorities);
        Ranges.uint32("classID", classId);
    }

    /**
     * Priority on one interface.
     *
     * @param name of the interface in the runtime's network namespace
     * @param priority 0 to 2^32-1
     */
    public record InterfacePriority(String name, long priority) {
        public InterfacePriority {
            Ranges.uint32("priority", priority);
        }
    }
}

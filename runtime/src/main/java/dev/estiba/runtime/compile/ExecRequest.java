package dev.estiba.runtime.compile;

import java.util.List;

/**
 * Another process for a running container.
 *
 * @param start how it is called: the container's id and bundle, its configuration with the new process in it
 * @param initPid the container's init, in the caller's pid namespace
 * @param initStart when it was started, in clock ticks since boot
 * @param cgroups the container's groups, absolute
 * @param unified whether there is one of them, of version 2
 * @param subgroup beneath each of them, empty for the groups themselves
 * @param ignorePaused whether a frozen container will do
 */
public record ExecRequest(
        StartRequest start,
        long initPid,
        long initStart,
        List<String> cgroups,
        boolean unified,
        String subgroup,
        boolean ignorePaused) {
    public ExecRequest {
        cgroups = List.copyOf(cgroups);
    }
}

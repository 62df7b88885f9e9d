package dev.estiba.oci.runtime;

import java.util.Optional;

/**
 * CPU lists for the processes of {@code exec}: {@code process.execCPUAffinity}, as cpuset(7) writes lists.
 *
 * @param initialCpus {@code initial}: while the runtime joins the container's cgroup
 * @param finalCpus {@code final}: when the process runs
 */
public record ExecCpuAffinity(Optional<String> initialCpus, Optional<String> finalCpus) {
    public ExecCpuAffinity {
        initialCpus = Copies.nonEmpty(initialCpus);
        finalCpus = Copies.nonEmpty(finalCpus);
    }
}

package dev.estiba.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Limits for a container that runs; what is empty stays as it is.
 *
 * @param memory bytes; -1: none
 * @param memorySwap bytes of memory and swap together; -1: none
 * @param cpuPeriod microseconds
 * @param cpuQuota microseconds in a period; -1: none
 * @param pids -1: none
 */
public record LimitChanges(
        OptionalLong memory,
        OptionalLong memorySwap,
        OptionalLong memoryReservation,
        OptionalLong cpuShares,
        OptionalLong cpuPeriod,
        OptionalLong cpuQuota,
        OptionalLong pids,
        OptionalLong blockIoWeight,
        Optional<String> cpus,
        Optional<String> memoryNodes) {
    /** As runc's command line says them. */
    List<String> flags() {
        List<String> flags = new ArrayList<>();
        number(flags, "memory", memory);
        number(flags, "memory-swap", memorySwap);
        number(flags, "memory-reservation", memoryReservation);
        number(flags, "cpu-share", cpuShares);
        number(flags, "cpu-period", cpuPeriod);
        number(flags, "cpu-quota", cpuQuota);
        number(flags, "pids-limit", pids);
        number(flags, "blkio-weight", blockIoWeight);
        cpus.ifPresent(value -> flags.add("--cpuset-cpus=" + value));
        memoryNodes.ifPresent(value -> flags.add("--cpuset-mems=" + value));
        return flags;
    }

    private static void number(List<String> flags, String name, OptionalLong value) {
        value.ifPresent(number -> flags.add("--" + name + "=" + number));
    }
}

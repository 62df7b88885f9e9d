package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.api.HostConfig;
import dev.estiba.api.Resources;
import dev.estiba.api.Ulimit;
import dev.estiba.linux.number.ResourceLimit;
import dev.estiba.oci.runtime.Cpu;
import dev.estiba.oci.runtime.Memory;
import dev.estiba.oci.runtime.Pids;
import dev.estiba.oci.runtime.Rlimit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Memory, processors, processes and open files: from what was asked to what the runtime sets. */
final class Limits {
    private static final long LEAST_MEMORY = 6L << 20;
    private static final long PERIOD = 100_000;
    private static final long NANOS = 1_000_000_000;

    /** The kernel's (include/linux/threads.h, PID_MAX_LIMIT). */
    private static final long MOST_PIDS = 4 << 20;

    private Limits() {}

    /** @throws ApiException 400 in Docker's words, before anything is made */
    static void check(HostConfig host) throws ApiException {
        Resources wanted = host.resources();
        if (wanted.memory() != 0 && wanted.memory() < LEAST_MEMORY) {
            throw new ApiException(400, "Minimum memory limit allowed is 6MB");
        }
        if (wanted.memory() == 0 && wanted.memorySwap() > 0) {
            throw new ApiException(
                    400, "You should always set the Memory limit when using Memoryswap limit, see usage");
        }
        if (wanted.memory() > 0 && wanted.memorySwap() > 0 && wanted.memorySwap() < wanted.memory()) {
            throw new ApiException(400, "Minimum memoryswap limit should be larger than memory limit, see usage");
        }
        if (wanted.memoryReservation() > 0 && wanted.memoryReservation() < LEAST_MEMORY) {
            throw new ApiException(400, "Minimum memory reservation allowed is 6MB");
        }
        if (wanted.memory() > 0 && wanted.memory() < wanted.memoryReservation()) {
            throw new ApiException(
                    400, "Minimum memory limit can not be less than memory reservation limit, see usage");
        }
        OptionalLong swappiness = wanted.memorySwappiness();
        if (swappiness.isPresent() && (swappiness.getAsLong() < -1 || swappiness.getAsLong() > 100)) {
            throw new ApiException(
                    400, "Invalid value: " + swappiness.getAsLong() + ", valid memory swappiness range is 0-100");
        }
        processors(wanted);
        if (wanted.blkioWeight() != 0 && (wanted.blkioWeight() < 10 || wanted.blkioWeight() > 1000)) {
            throw new ApiException(400, "Range of blkio weight is from 10 to 1000");
        }
        if (host.oomScoreAdj() < -1000 || host.oomScoreAdj() > 1000) {
            throw new ApiException(
                    400, "Invalid value " + host.oomScoreAdj() + ", range for oom score adj is [-1000, 1000]");
        }
        rlimits(wanted.ulimits());
    }

    /** @throws ApiException 400 for what this host has not, or its kernel does not count */
    static void checkOnHost(Resources wanted) throws IOException {
        long pids = wanted.pidsLimit().orElse(0);
        if (pids > MOST_PIDS) {
            throw ApiException.badRequest("Requested pids limit " + pids
                    + " is above the largest that the kernel knows: " + MOST_PIDS + ", or -1 for none");
        }
        new CpuSets(Path.of("/sys/fs/cgroup")).refuse(wanted.cpusetCpus(), wanted.cpusetMems());
    }

    private static void processors(Resources wanted) throws ApiException {
        if (wanted.cpuShares() < 0) {
            throw new ApiException(400, "shares: invalid argument");
        }
        if (wanted.nanoCpus() > 0 && wanted.cpuPeriod() > 0) {
            throw new ApiException(400, "Conflicting options: Nano CPUs and CPU Period cannot both be set");
        }
        if (wanted.nanoCpus() > 0 && wanted.cpuQuota() > 0) {
            throw new ApiException(400, "Conflicting options: Nano CPUs and CPU Quota cannot both be set");
        }
        int processors = Runtime.getRuntime().availableProcessors();
        if (wanted.nanoCpus() < 0 || wanted.nanoCpus() > processors * NANOS) {
            throw new ApiException(
                    400,
                    String.format(
                            Locale.ROOT,
                            "range of CPUs is from 0.01 to %d.00, as there are only %d CPUs available",
                            processors,
                            processors));
        }
        if (wanted.cpuPeriod() != 0 && (wanted.cpuPeriod() < 1000 || wanted.cpuPeriod() > 1_000_000)) {
            throw new ApiException(
                    400, "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
        }
        if (wanted.cpuRealtimePeriod() != 0
                && wanted.cpuRealtimeRuntime() != 0
                && wanted.cpuRealtimeRuntime() > wanted.cpuRealtimePeriod()) {
            throw new ApiException(400, "cpu real-time runtime cannot be higher than cpu real-time period");
        }
        if (wanted.cpuQuota() > 0 && wanted.cpuQuota() < 1000) {
            throw new ApiException(400, "CPU cfs quota can not be less than 1ms (i.e. 1000)");
        }
    }

    static Memory memory(Resources wanted) {
        Memory.Builder memory = Memory.builder();
        if (wanted.memory() > 0) {
            memory.limit(wanted.memory());
            // Docker's rule: as much swap again, unless something is said of it.
            long twice = Math.min(wanted.memory(), Long.MAX_VALUE / 2) * 2;
            memory.swap(wanted.memorySwap() == 0 ? twice : wanted.memorySwap());
        }
        if (wanted.memoryReservation() > 0) {
            memory.reservation(wanted.memoryReservation());
        }
        wanted.memorySwappiness().ifPresent(value -> {
            if (value >= 0) {
                memory.swappiness(value);
            }
        });
        wanted.oomKillDisable().ifPresent(memory::disableOomKiller);
        return memory.build();
    }

    static Cpu cpu(Resources wanted) {
        Cpu.Builder cpu = Cpu.builder();
        if (wanted.cpuShares() > 0) {
            cpu.shares(wanted.cpuShares());
        }
        if (wanted.nanoCpus() > 0) {
            cpu.period(PERIOD);
            cpu.quota(wanted.nanoCpus() * PERIOD / NANOS);
        }
        if (wanted.cpuPeriod() > 0) {
            cpu.period(wanted.cpuPeriod());
        }
        if (wanted.cpuQuota() != 0) {
            cpu.quota(wanted.cpuQuota());
        }
        if (wanted.cpuRealtimePeriod() > 0) {
            cpu.realtimePeriod(wanted.cpuRealtimePeriod());
        }
        if (wanted.cpuRealtimeRuntime() != 0) {
            cpu.realtimeRuntime(wanted.cpuRealtimeRuntime());
        }
        if (!wanted.cpusetCpus().isEmpty()) {
            cpu.cpus(wanted.cpusetCpus());
        }
        if (!wanted.cpusetMems().isEmpty()) {
            cpu.mems(wanted.cpusetMems());
        }
        return cpu.build();
    }

    static Pids pids(Resources wanted) {
        long limit = wanted.pidsLimit().orElse(0);
        return new Pids(limit == 0 ? OptionalLong.empty() : OptionalLong.of(limit < 0 ? -1 : limit));
    }

    /** Those of a program, with what this process has changed for itself alone as it was before. */
    static List<Rlimit> rlimits(List<Ulimit> wanted, HostFacts facts) throws ApiException {
        List<Rlimit> rlimits = rlimits(wanted);
        facts.openFiles()
                .filter(usual -> rlimits.stream().noneMatch(each -> each.type().equals(usual.type())))
                .ifPresent(rlimits::add);
        return rlimits;
    }

    /** @throws ApiException 400 for a name that is none, and for a soft limit above the hard one */
    static List<Rlimit> rlimits(List<Ulimit> wanted) throws ApiException {
        List<Rlimit> rlimits = new ArrayList<>();
        for (Ulimit each : wanted) {
            ResourceLimit limit = limit(each.name());
            if (each.hard() != -1 && (each.soft() > each.hard() || each.soft() == -1)) {
                throw new ApiException(
                        400,
                        "ulimit soft limit must be less than or equal to hard limit: " + each.soft() + " > "
                                + each.hard());
            }
            rlimits.add(new Rlimit(limit.fullName(), each.soft(), each.hard()));
        }
        return rlimits;
    }

    /** Docker has the kernel's names in lower case and without the prefix. */
    private static ResourceLimit limit(String name) throws ApiException {
        for (ResourceLimit limit : ResourceLimit.values()) {
            if (limit.name().toLowerCase(Locale.ROOT).equals(name)) {
                return limit;
            }
        }
        throw new ApiException(400, "invalid ulimit type: " + name);
    }
}

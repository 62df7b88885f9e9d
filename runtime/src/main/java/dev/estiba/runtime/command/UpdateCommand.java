package dev.estiba.runtime.command;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Cpu;
import dev.estiba.oci.runtime.Memory;
import dev.estiba.oci.runtime.Pids;
import dev.estiba.oci.runtime.Resources;
import dev.estiba.runtime.compile.GroupSetting;
import dev.estiba.runtime.compile.LimitFilesV1;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.OnFailure;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code update}: other limits for a container that lives, in version 1 groups. 0 means "as it is", as in runc. */
final class UpdateCommand {
    private static final String MEMORY = "memory.limit_in_bytes";
    private static final String MEMORY_AND_SWAP = "memory.memsw.limit_in_bytes";

    private static final OnFailure EARLY = OnFailure.tolerate("the old one of the other may not fit it", Errno.EINVAL);
    private static final OnFailure NO_ACCOUNTING =
            OnFailure.tolerate("without swap accounting there is nothing to lift", Errno.ENOENT, Errno.EBADF);
    private static final OnFailure NO_BURST =
            OnFailure.tolerate("an older kernel has no burst", Errno.ENOENT, Errno.EBADF);
    private static final OnFailure EARLY_BURST = OnFailure.tolerate(
            "an older kernel has no burst, and the old quota may not fit it", Errno.ENOENT, Errno.EBADF, Errno.EINVAL);

    private UpdateCommand() {}

    static Answer answer(Container container, Resources resources, boolean jsonLog) throws UsageException {
        if (container.unified().isPresent()) {
            return UpdateV2.answer(container, container.unified().get(), resources, jsonLog);
        }
        if (!resources.unified().isEmpty()) {
            throw new UsageException("invalid configuration: cannot use unified on cgroup v1");
        }
        Existing in = new Existing(container);
        in.askStatus();
        in.refuse(Status.STOPPED, "container not running");
        in.outer.group("limits");
        LimitWriter writer = new LimitWriter(in);
        if (resources.memory().isPresent()) {
            memory(in, writer, resources.memory().get(), jsonLog);
        }
        if (resources.cpu().isPresent()) {
            cpu(writer, resources.cpu().get());
        }
        pids(writer, resources.pids());
        for (GroupSetting setting : LimitFilesV1.of(resources)) {
            writer.write(setting);
        }
        writer.undo();
        return in.done();
    }

    /**
     * The limit of memory and swap is never below the one of memory, so what goes first depends on what they are now:
     * it is tried, and what was refused because of the other is done after it.
     */
    private static void memory(Existing in, LimitWriter writer, Memory memory, boolean jsonLog) throws UsageException {
        if (isSet(memory.kernel()) || isSet(memory.kernelTcp())) {
            Messages.warn(in.plan, in.outer, jsonLog, "Kernel memory settings are ignored and will be removed");
        }
        long limit = memory.limit().orElse(0);
        boolean swapFollows = limit == -1 && !isSet(memory.swap());
        long swap = swapFollows ? -1 : memory.swap().orElse(0);
        if (swap != 0 && limit != 0) {
            writer.write(
                    "memory",
                    MEMORY_AND_SWAP,
                    Long.toString(swap),
                    swap == -1
                            ? NO_ACCOUNTING
                            : OnFailure.tolerate("the limit of memory still is above it", Errno.EINVAL, Errno.EBUSY));
        }
        if (limit != 0) {
            Register written = writer.write(
                    "memory",
                    MEMORY,
                    Long.toString(limit),
                    OnFailure.tolerate("the next step says it in other words", Errno.EBUSY));
            in.outer.check(
                    written,
                    -1,
                    Compare.NOT_EQUAL,
                    Arg.of(-Errno.EBUSY.number()),
                    Errno.EBUSY,
                    "unable to set memory limit to " + limit + " (the container uses more)",
                    true);
        }
        if (swap == -1) {
            writer.write("memory", MEMORY_AND_SWAP, "-1", NO_ACCOUNTING);
        } else if (swap != 0) {
            writer.write("memory", MEMORY_AND_SWAP, swap);
        }
        if (isSet(memory.reservation())) {
            writer.write(
                    "memory", "memory.soft_limit_in_bytes", memory.reservation().orElse(0));
        }
    }

    private static boolean isSet(OptionalLong value) {
        return value.orElse(0) != 0;
    }

    /**
     * A shorter period than before may be refused with the old quota, a larger burst too: they are tried again after the
     * new one. The same holds for the period of realtime processes and their runtime.
     */
    private static void cpu(LimitWriter writer, Cpu cpu) throws UsageException {
        boolean runtime = isSet(cpu.realtimeRuntime());
        ifSet(writer, "cpu.rt_period_us", cpu.realtimePeriod(), runtime ? EARLY : OnFailure.STOP);
        if (runtime) {
            writer.write("cpu", "cpu.rt_runtime_us", cpu.realtimeRuntime().orElse(0));
            ifSet(writer, "cpu.rt_period_us", cpu.realtimePeriod(), OnFailure.STOP);
        }
        shares(writer, cpu.shares().orElse(0));
        boolean newQuota = isSet(cpu.quota());
        ifSet(writer, "cpu.cfs_period_us", cpu.period(), newQuota ? EARLY : OnFailure.STOP);
        if (cpu.burst().isPresent()) {
            burst(writer, cpu.burst().getAsLong(), newQuota ? EARLY_BURST : NO_BURST);
        }
        if (newQuota) {
            writer.write("cpu", "cpu.cfs_quota_us", cpu.quota().orElse(0));
            ifSet(writer, "cpu.cfs_period_us", cpu.period(), OnFailure.STOP);
            if (cpu.burst().isPresent()) {
                burst(writer, cpu.burst().getAsLong(), NO_BURST);
            }
        }
        if (cpu.idle().isPresent()) {
            writer.write("cpu", "cpu.idle", cpu.idle().getAsLong());
        }
        if (cpu.cpus().isPresent()) {
            writer.write("cpuset", "cpuset.cpus", cpu.cpus().get());
        }
        if (cpu.mems().isPresent()) {
            writer.write("cpuset", "cpuset.mems", cpu.mems().get());
        }
    }

    /** What runc says when the kernel has taken another value. */
    private static void shares(LimitWriter writer, long shares) throws UsageException {
        Optional<String> refusal = LimitFilesV1.refusedShares(shares);
        if (refusal.isPresent()) {
            throw new UsageException(refusal.get());
        }
        if (shares != 0) {
            writer.write("cpu", "cpu.shares", shares);
        }
    }

    private static void burst(LimitWriter writer, long burst, OnFailure onFailure) throws UsageException {
        writer.write("cpu", "cpu.cfs_burst_us", Long.toUnsignedString(burst), onFailure);
    }

    private static void ifSet(LimitWriter writer, String file, OptionalLong value, OnFailure onFailure)
            throws UsageException {
        if (isSet(value)) {
            writer.write("cpu", file, Long.toUnsignedString(value.orElse(0)), onFailure);
        }
    }

    private static void pids(LimitWriter writer, Optional<Pids> pids) throws UsageException {
        long limit = pids.map(Pids::limit).map(value -> value.orElse(0)).orElse(0L);
        if (limit != 0) {
            writer.write("pids", "pids.max", limit < 0 ? "max" : Long.toString(limit));
        }
    }
}

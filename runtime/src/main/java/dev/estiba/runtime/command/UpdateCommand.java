package dev.estiba.runtime.command;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.BlockIo;
import dev.estiba.oci.runtime.Cpu;
import dev.estiba.oci.runtime.Memory;
import dev.estiba.oci.runtime.Pids;
import dev.estiba.oci.runtime.Resources;
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

    private UpdateCommand() {}

    static Answer answer(Container container, Resources resources, boolean jsonLog) throws UsageException {
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
        int weight =
                resources.blockIo().map(BlockIo::weight).map(w -> w.orElse(0)).orElse(0);
        if (weight != 0) {
            writer.writeEither("blkio", "blkio.bfq.weight", "blkio.weight", weight);
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
                    OnFailure.tolerate("the limit of memory still is above it", Errno.EINVAL, Errno.EBUSY));
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
        if (swap != 0) {
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

    /** A shorter period than before may be refused with the old quota: it is tried again after the new one. */
    private static void cpu(LimitWriter writer, Cpu cpu) throws UsageException {
        ifSet(writer, "cpu.rt_period_us", cpu.realtimePeriod());
        ifSet(writer, "cpu.rt_runtime_us", cpu.realtimeRuntime());
        ifSet(writer, "cpu.shares", cpu.shares());
        boolean newQuota = isSet(cpu.quota());
        OnFailure early = newQuota ? OnFailure.tolerate("the old quota may not fit it", Errno.EINVAL) : OnFailure.STOP;
        if (isSet(cpu.period())) {
            writer.write("cpu", "cpu.cfs_period_us", Long.toString(cpu.period().orElse(0)), early);
        }
        if (cpu.burst().isPresent()) {
            writer.write("cpu", "cpu.cfs_burst_us", Long.toString(cpu.burst().getAsLong()), early);
        }
        if (newQuota) {
            writer.write("cpu", "cpu.cfs_quota_us", cpu.quota().orElse(0));
            ifSet(writer, "cpu.cfs_period_us", cpu.period());
            if (cpu.burst().isPresent()) {
                writer.write("cpu", "cpu.cfs_burst_us", cpu.burst().getAsLong());
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

    private static void ifSet(LimitWriter writer, String file, OptionalLong value) throws UsageException {
        if (isSet(value)) {
            writer.write("cpu", file, value.orElse(0));
        }
    }

    private static void pids(LimitWriter writer, Optional<Pids> pids) throws UsageException {
        long limit = pids.map(Pids::limit).map(value -> value.orElse(0)).orElse(0L);
        if (limit != 0) {
            writer.write("pids", "pids.max", limit < 0 ? "max" : Long.toString(limit));
        }
    }
}

package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.ExecCpuAffinity;
import dev.estiba.oci.runtime.IoPriority;
import dev.estiba.oci.runtime.Process;
import dev.estiba.oci.runtime.Scheduler;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** When and where a process runs: its scheduling policy (sched(7)), its I/O priority, an exec's processors. */
final class Scheduling {
    /** struct sched_attr with the two utilization clamps (sched_setattr(2)). */
    private static final int SCHED_ATTR_SIZE = 56;

    private static final int IOPRIO_WHO_PROCESS = 1;
    private static final int IOPRIO_CLASS_SHIFT = 13;

    private final Assembly in;
    private final Process process;

    Scheduling(Assembly in, Process process) {
        this.in = in;
        this.process = process;
    }

    /** What no kernel takes, in runc's words: before anything has changed. */
    static void check(Process process) {
        process.scheduler().ifPresent(Scheduling::check);
        process.ioPriority().ifPresent(priority -> {
            if (priority.priority() < 0 || priority.priority() > 7) {
                throw new UnsupportedConfig("invalid ioPriority.Priority: " + priority.priority());
            }
        });
        process.execCpuAffinity().ifPresent(affinity -> {
            affinity.initialCpus().ifPresent(list -> cpus("initial", list));
            affinity.finalCpus().ifPresent(list -> cpus("final", list));
        });
    }

    private static void check(Scheduler scheduler) {
        Scheduler.Policy policy = scheduler.policy();
        boolean nices = policy == Scheduler.Policy.OTHER || policy == Scheduler.Policy.BATCH;
        if (nices && (scheduler.nice() < -20 || scheduler.nice() > 19)) {
            throw new UnsupportedConfig(
                    "invalid scheduler.nice: " + scheduler.nice() + " when scheduler.policy is " + policy.specName());
        }
        if (scheduler.priority() != 0 && policy != Scheduler.Policy.FIFO && policy != Scheduler.Policy.RR) {
            throw new UnsupportedConfig("scheduler.priority can only be specified for SchedFIFO or SchedRR policy");
        }
        boolean times = scheduler.runtime() != 0 || scheduler.deadline() != 0 || scheduler.period() != 0;
        if (times && policy != Scheduler.Policy.DEADLINE) {
            throw new UnsupportedConfig(
                    "scheduler runtime/deadline/period can only be specified for SchedDeadline policy");
        }
    }

    private static byte[] cpus(String which, String list) {
        return NumberSet.parse(list)
                .filter(set -> !set.isEmpty())
                .orElseThrow(() -> new UnsupportedConfig("process.execCPUAffinity." + which + ": \"" + list
                        + "\" is no list of processors such as 0-3,7"))
                .mask(Long.BYTES);
    }

    /** While the process may still do so, and in the cgroups whose limits count (cpuset, real-time budgets). */
    void apply(Script script) {
        process.scheduler().ifPresent(scheduler -> policy(script, scheduler));
        process.ioPriority().ifPresent(priority -> ioPriority(script, priority));
    }

    private void policy(Script script, Scheduler scheduler) {
        script.group("scheduling");
        ByteBuffer attributes = ByteBuffer.allocate(SCHED_ATTR_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        attributes
                .putInt(SCHED_ATTR_SIZE)
                .putInt(number(scheduler.policy()))
                .putLong(flags(scheduler))
                .putInt(scheduler.nice())
                .putInt(scheduler.priority())
                .putLong(scheduler.runtime())
                .putLong(scheduler.deadline())
                .putLong(scheduler.period());
        boolean bounded = in.linux
                .resources()
                .flatMap(resources -> resources.cpu())
                .flatMap(cpu -> cpu.cpus())
                .isPresent();
        Register answer = script.get(
                Calls.SCHED_SETATTR,
                bounded ? OnFailure.tolerate("the next step says why", Errno.EPERM) : OnFailure.STOP,
                "error setting scheduler",
                Arg.ZERO,
                in.plan.bytes(attributes.array(), 8),
                Arg.ZERO);
        if (bounded) {
            // SCHED_DEADLINE is refused to who may not use every processor (sched(7)).
            script.check(
                    answer,
                    -1,
                    Compare.EQUAL,
                    Arg.ZERO,
                    Errno.EPERM,
                    "process scheduler can't be used together with AllowedCPUs",
                    true);
        }
    }

    /** linux/sched.h. */
    private static int number(Scheduler.Policy policy) {
        return switch (policy) {
            case OTHER -> 0;
            case FIFO -> 1;
            case RR -> 2;
            case BATCH -> 3;
            case ISO -> 4;
            case IDLE -> 5;
            case DEADLINE -> 6;
        };
    }

    private static long flags(Scheduler scheduler) {
        long bits = 0;
        for (Scheduler.Flag flag : scheduler.flags()) {
            bits |= switch (flag) {
                case RESET_ON_FORK -> 0x01;
                case RECLAIM -> 0x02;
                case DL_OVERRUN -> 0x04;
                case KEEP_POLICY -> 0x08;
                case KEEP_PARAMS -> 0x10;
                case UTIL_CLAMP_MIN -> 0x20;
                case UTIL_CLAMP_MAX -> 0x40;
            };
        }
        return bits;
    }

    private void ioPriority(Script script, IoPriority priority) {
        int ioClass = switch (priority.ioClass()) {
            case REALTIME -> 1;
            case BEST_EFFORT -> 2;
            case IDLE -> 3;
        };
        script.group("scheduling");
        script.run(
                Calls.IOPRIO_SET,
                "failed to set io priority",
                imm(IOPRIO_WHO_PROCESS),
                Arg.ZERO,
                imm(ioClass << IOPRIO_CLASS_SHIFT | priority.priority()));
    }

    /** An exec's, before its process is in the container's cgroups, whose cpuset bounds it from then on. */
    void initialAffinity(Script script) {
        process.execCpuAffinity()
                .flatMap(ExecCpuAffinity::initialCpus)
                .ifPresent(list -> affinity(script, "initial", list));
    }

    /** What an exec's process runs on: what was asked for, or every processor that the cpuset has. */
    void finalAffinity(Script script) {
        Optional<String> last = process.execCpuAffinity().flatMap(ExecCpuAffinity::finalCpus);
        if (last.isPresent()) {
            affinity(script, "final", last.get());
        } else {
            Settings.resetAffinity(in, script);
        }
    }

    private void affinity(Script script, String which, String list) {
        byte[] mask = cpus(which, list);
        Data data = in.plan.bytes(mask, 8);
        script.run(
                Calls.SCHED_SETAFFINITY,
                "error setting " + which + " CPU affinity to " + list,
                Arg.ZERO,
                imm(mask.length),
                data);
    }
}

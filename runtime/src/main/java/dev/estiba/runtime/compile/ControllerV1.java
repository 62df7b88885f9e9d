package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Cpu;
import dev.estiba.oci.runtime.DeviceRule;
import dev.estiba.oci.runtime.Memory;
import dev.estiba.oci.runtime.Resources;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A version 1 controller: which files it takes for which limits (kernel: Documentation/admin-guide/cgroup-v1). */
abstract sealed class ControllerV1 {
    private static final List<ControllerV1> ALL =
            List.of(new CpuV1(), new CpusetV1(), new MemoryV1(), new DevicesV1(), new PidsV1());

    static List<ControllerV1> all() {
        return ALL;
    }

    abstract String name();

    /**
     * A group that was asked for.
     *
     * @param top where all hierarchies are mounted
     * @param hierarchy the directory of its own one in there
     * @param path beneath top
     * @param made what its mkdir answered: negative when it was there before
     */
    record New(Register top, String hierarchy, String path, Register made) {}

    /** What a group needs before anybody can join it, limits or not. Walked by the outer actor. */
    void prepare(Assembly in, New group) {}

    abstract void apply(GroupWriter group, Resources resources);

    private static final class CpuV1 extends ControllerV1 {
        /** default_cfs_period() of kernel/sched/fair.c, in microseconds; it is also what Docker's --cpus asks for. */
        private static final long NEW_PERIOD = 100_000;

        private static final OnFailure EARLY =
                OnFailure.tolerate("the old one of the other may not fit it", Errno.EINVAL);
        private static final OnFailure NO_BURST =
                OnFailure.tolerate("an older kernel has no burst", Errno.ENOENT, Errno.EBADF);
        private static final OnFailure EARLY_BURST = OnFailure.tolerate(
                "an older kernel has no burst, and the old quota may not fit it",
                Errno.ENOENT,
                Errno.EBADF,
                Errno.EINVAL);

        @Override
        String name() {
            return "cpu";
        }

        @Override
        void apply(GroupWriter group, Resources resources) {
            if (resources.cpu().isEmpty()) {
                return;
            }
            Cpu cpu = resources.cpu().get();
            realtime(group, cpu);
            shares(group, cpu.shares().orElse(0));
            boolean quota = cpu.quota().orElse(0) != 0;
            Optional<Register> period = period(group, cpu, quota);
            Optional<Register> burst = cpu.burst().isPresent() && quota
                    ? Optional.of(group.write("cpu.cfs_burst_us", unsigned(cpu.burst()), EARLY_BURST))
                    : Optional.empty();
            if (quota) {
                group.write("cpu.cfs_quota_us", cpu.quota().getAsLong());
                period.ifPresent(
                        answer -> group.writeAgain(answer, "cpu.cfs_period_us", unsigned(cpu.period()), "it fitted"));
                burst.ifPresent(answer -> again(group, answer, cpu.burst()));
            } else if (cpu.burst().isPresent()) {
                group.write("cpu.cfs_burst_us", unsigned(cpu.burst()), NO_BURST);
            }
            cpu.idle().ifPresent(idle -> group.write("cpu.idle", idle));
        }

        private static void shares(GroupWriter group, long shares) {
            LimitFilesV1.refusedShares(shares).ifPresent(sentence -> {
                throw new UnsupportedConfig(sentence);
            });
            if (shares != 0) {
                group.write("cpu.shares", shares);
            }
        }

        /** The answer when it has to be looked at after the quota: the old quota may not fit the new period. */
        private static Optional<Register> period(GroupWriter group, Cpu cpu, boolean quota) {
            long period = cpu.period().orElse(0);
            if (period == NEW_PERIOD) {
                group.writeUnlessNew("cpu.cfs_period_us", NEW_PERIOD);
            } else if (period != 0 && quota) {
                return Optional.of(group.write("cpu.cfs_period_us", unsigned(cpu.period()), EARLY));
            } else if (period != 0) {
                group.write("cpu.cfs_period_us", unsigned(cpu.period()));
            }
            return Optional.empty();
        }

        /** A kernel that has no burst (before 5.14) is told by EBADF, and not asked again. */
        private static void again(GroupWriter group, Register answer, OptionalLong burst) {
            group.writeAgainAfter(Errno.EINVAL, answer, "cpu.cfs_burst_us", unsigned(burst), "it fitted");
        }

        /** Each bounds the other, so the period goes first and, refused because of the old runtime, again after it. */
        private static void realtime(GroupWriter group, Cpu cpu) {
            boolean runtime = cpu.realtimeRuntime().orElse(0) != 0;
            boolean period = cpu.realtimePeriod().orElse(0) != 0;
            Optional<Register> early = Optional.empty();
            if (period && runtime) {
                early = Optional.of(group.write("cpu.rt_period_us", unsigned(cpu.realtimePeriod()), EARLY));
            } else if (period) {
                group.write("cpu.rt_period_us", unsigned(cpu.realtimePeriod()));
            }
            if (runtime) {
                group.write("cpu.rt_runtime_us", cpu.realtimeRuntime().getAsLong());
                early.ifPresent(answer ->
                        group.writeAgain(answer, "cpu.rt_period_us", unsigned(cpu.realtimePeriod()), "it fitted"));
            }
        }

        private static String unsigned(OptionalLong value) {
            return Long.toUnsignedString(value.orElse(0));
        }
    }

    private static void ifNotZero(OptionalLong value, String file, GroupWriter group) {
        if (value.orElse(0) != 0) {
            group.write(file, value.getAsLong());
        }
    }

    /** A new cpuset is empty and takes nobody (ENOSPC): it starts with its parent's (cpusets.rst). */
    private static final class CpusetV1 extends ControllerV1 {
        /** A digit and the end of the line. */
        private static final int FILLED = 2;

        @Override
        String name() {
            return "cpuset";
        }

        @Override
        void prepare(Assembly in, New group) {
            inherit(in, group, "cpuset.cpus");
            inherit(in, group, "cpuset.mems");
        }

        private static void inherit(Assembly in, New group, String file) {
            Script script = in.outer;
            String parent = group.path().substring(0, group.path().lastIndexOf('/'));
            Register bytes = read(in, group, parent, file);
            Label known = script.label();
            script.jump(
                    known, bytes.next(), Compare.AT_LEAST, imm(FILLED), "its parent is filled, and so are all above");
            fillAbove(in, group, parent, file);
            Register after = read(in, group, parent, file);
            script.set(bytes, after, "what the parent has now");
            script.set(bytes.next(), after.next(), "its length");
            script.place(known);
            fill(in, group, group.path(), file, bytes, Optional.of(group.made()));
        }

        /** From the top down, each with what the one above it has. */
        private static void fillAbove(Assembly in, New group, String last, String file) {
            String parent = group.hierarchy();
            while (parent.length() < last.length()) {
                int next = last.indexOf('/', parent.length() + 1);
                String child = next < 0 ? last : last.substring(0, next);
                fill(in, group, child, file, read(in, group, parent, file), Optional.empty());
                parent = child;
            }
        }

        private static Register read(Assembly in, New group, String directory, String file) {
            String what = "read " + CgroupsV1.TOP + directory + "/" + file;
            Register from = in.outer.get(
                    Calls.OPENAT,
                    what,
                    group.top(),
                    in.string(directory + "/" + file),
                    imm(Flags.O_RDONLY | Flags.O_CLOEXEC),
                    Arg.ZERO);
            return in.outer.readAll(from, 4096, OnFailure.STOP, what);
        }

        /** Writes what is missing; a group that was made just now (its mkdir's answer) has nothing. */
        private static void fill(
                Assembly in, New group, String directory, String file, Register bytes, Optional<Register> made) {
            Script script = in.outer;
            String what = "fill " + CgroupsV1.TOP + directory + "/" + file;
            Label filled = script.label();
            Label empty = script.label();
            Register own = script.get(
                    Calls.OPENAT,
                    what,
                    group.top(),
                    in.string(directory + "/" + file),
                    imm(Flags.O_RDWR | Flags.O_CLOEXEC),
                    Arg.ZERO);
            made.ifPresent(answer -> script.jump(empty, answer, Compare.AT_LEAST, Arg.ZERO, "the group is new"));
            Register has = script.readAll(own, 4096, OnFailure.STOP, what);
            script.jump(filled, has.next(), Compare.AT_LEAST, imm(FILLED), "it is filled");
            script.place(empty);
            script.writeAll(own, bytes, bytes.next(), OnFailure.STOP, what);
            script.place(filled);
        }

        @Override
        void apply(GroupWriter group, Resources resources) {
            resources.cpu().flatMap(Cpu::cpus).ifPresent(cpus -> group.write("cpuset.cpus", cpus));
            resources.cpu().flatMap(Cpu::mems).ifPresent(mems -> group.write("cpuset.mems", mems));
        }
    }

    private static final class MemoryV1 extends ControllerV1 {
        private static final String LIMIT = "memory.limit_in_bytes";
        private static final String WITH_SWAP = "memory.memsw.limit_in_bytes";
        private static final long MAX_SWAPPINESS = 100;
        private static final OnFailure EARLY =
                OnFailure.tolerate("the old limit of memory and swap may be below it", Errno.EINVAL);
        private static final OnFailure NO_ACCOUNTING =
                OnFailure.tolerate("without swap accounting there is nothing to lift", Errno.ENOENT, Errno.EBADF);

        @Override
        String name() {
            return "memory";
        }

        @Override
        void apply(GroupWriter group, Resources resources) {
            if (resources.memory().isEmpty()) {
                return;
            }
            Memory memory = resources.memory().get();
            limits(group, memory.limit().orElse(0), memory.swap().orElse(0));
            ifNotZero(memory.reservation(), "memory.soft_limit_in_bytes", group);
            if (memory.disableOomKiller().orElse(false)) {
                group.write("memory.oom_control", "1");
            }
            long swappiness = memory.swappiness().orElse(-1);
            if (swappiness < -1 || swappiness > MAX_SWAPPINESS) {
                throw new UnsupportedConfig("invalid memory swappiness value: " + Long.toUnsignedString(swappiness)
                        + " (valid range is 0-" + MAX_SWAPPINESS + ")");
            }
            if (swappiness != -1) {
                group.write("memory.swappiness", swappiness);
            }
        }

        /**
         * The limit of memory and swap is never below the one of memory. What a group that was there says of it may stand
         * in the way of the first, which then is written after the second.
         */
        private static void limits(GroupWriter group, long limit, long swap) {
            Optional<Register> early = Optional.empty();
            if (limit != 0 && swap != 0) {
                early = Optional.of(group.write(LIMIT, Long.toString(limit), EARLY));
            } else if (limit != 0) {
                group.write(LIMIT, limit);
            }
            boolean swapFollows = limit == -1 && swap == 0;
            if (swap == -1 || swapFollows) {
                group.write(WITH_SWAP, "-1", NO_ACCOUNTING);
            } else if (swap != 0) {
                group.write(WITH_SWAP, swap);
            }
            early.ifPresent(answer -> group.writeAgain(answer, LIMIT, Long.toString(limit), "it fitted"));
        }
    }

    private static final class DevicesV1 extends ControllerV1 {
        @Override
        String name() {
            return "devices";
        }

        @Override
        void apply(GroupWriter group, Resources resources) {
            DeviceSet.refuseHoles(resources.devices());
            List<DeviceRule> rules = effective(resources.devices());
            if (rules.isEmpty() || !text(rules.getFirst()).equals("a")) {
                // A new group has its parent's list: whatever is not allowed here is denied, as in runc.
                group.write("devices.deny", "a");
            }
            Set<String> allowed = new HashSet<>();
            for (DeviceRule rule : rules) {
                String text = text(rule);
                if (rule.allow()) {
                    allowed.add(text);
                } else if (text.equals("a")) {
                    allowed.clear();
                } else {
                    // The kernel takes away from the entry of that very device alone (dev_exception_rm).
                    String device = text.substring(0, text.lastIndexOf(' ') + 1);
                    allowed.removeIf(each -> each.startsWith(device));
                }
                group.write(rule.allow() ? "devices.allow" : "devices.deny", text);
            }
            DeviceSet.ALWAYS.forEach((device, access) -> {
                String always = device + (access == DeviceSet.MAKE ? " m" : " rwm");
                if (!allowed.contains(always)) {
                    group.write("devices.allow", always);
                }
            });
        }

        /** Without what a later rule for all devices makes forgotten: Docker says its list twice. */
        private static List<DeviceRule> effective(List<DeviceRule> rules) {
            for (int i = rules.size() - 1; i > 0; i--) {
                if (text(rules.get(i)).equals("a")) {
                    return rules.subList(i, rules.size());
                }
            }
            return rules;
        }

        /** {@code TYPE MAJOR:MINOR ACCESS}; a rule for all is the letter alone (devices.rst). */
        private static String text(DeviceRule rule) {
            String access = rule.access().orElse("");
            String type = rule.type().orElse("a");
            boolean every = type.equals("a");
            if (every && rule.major().isEmpty() && rule.minor().isEmpty()) {
                return "a";
            }
            return type + " " + number(rule.major()) + ":" + number(rule.minor()) + " "
                    + (access.isEmpty() ? "rwm" : access);
        }

        private static String number(OptionalLong value) {
            return value.isEmpty() || value.getAsLong() == -1 ? "*" : Long.toString(value.getAsLong());
        }
    }

    private static final class PidsV1 extends ControllerV1 {
        @Override
        String name() {
            return "pids";
        }

        @Override
        void apply(GroupWriter group, Resources resources) {
            OptionalLong limit = resources.pids().map(p -> p.limit()).orElse(OptionalLong.empty());
            if (limit.orElse(0) != 0) {
                group.write("pids.max", limit.getAsLong() < 0 ? "max" : Long.toString(limit.getAsLong()));
            }
        }
    }
}

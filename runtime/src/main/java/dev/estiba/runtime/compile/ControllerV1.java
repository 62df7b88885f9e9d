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

    private static void ifSet(OptionalLong value, String file, GroupWriter group) {
        if (value.isPresent()) {
            group.write(file, value.getAsLong());
        }
    }

    private static final class CpuV1 extends ControllerV1 {
        /** default_cfs_period() of kernel/sched/fair.c, in microseconds; it is also what Docker's --cpus asks for. */
        private static final long NEW_PERIOD = 100_000;

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
            ifPositive(cpu.shares(), "cpu.shares", group);
            if (cpu.period().orElse(0) == NEW_PERIOD) {
                group.writeUnlessNew("cpu.cfs_period_us", NEW_PERIOD);
            } else {
                ifPositive(cpu.period(), "cpu.cfs_period_us", group);
            }
            ifNotZero(cpu.quota(), "cpu.cfs_quota_us", group);
            ifPositive(cpu.realtimePeriod(), "cpu.rt_period_us", group);
            ifNotZero(cpu.realtimeRuntime(), "cpu.rt_runtime_us", group);
            ifSet(cpu.burst(), "cpu.cfs_burst_us", group);
            ifSet(cpu.idle(), "cpu.idle", group);
        }
    }

    private static void ifPositive(OptionalLong value, String file, GroupWriter group) {
        if (value.orElse(0) > 0) {
            group.write(file, value.getAsLong());
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
            ifNotZero(memory.limit(), "memory.limit_in_bytes", group);
            if (memory.swap().orElse(0) != 0) {
                group.write(
                        "memory.memsw.limit_in_bytes",
                        Long.toString(memory.swap().getAsLong()),
                        memory.swap().getAsLong() == -1
                                ? OnFailure.tolerate(
                                        "without swap accounting there is nothing to lift", Errno.ENOENT, Errno.EBADF)
                                : OnFailure.STOP);
            }
            ifNotZero(memory.reservation(), "memory.soft_limit_in_bytes", group);
            ifNotZero(memory.kernelTcp(), "memory.kmem.tcp.limit_in_bytes", group);
            if (memory.disableOomKiller().orElse(false)) {
                group.write("memory.oom_control", "1");
            }
            if (memory.swappiness().isPresent()
                    && memory.swappiness().getAsLong() >= 0
                    && memory.swappiness().getAsLong() <= 100) {
                group.write("memory.swappiness", memory.swappiness().getAsLong());
            }
        }
    }

    private static final class DevicesV1 extends ControllerV1 {
        /**
         * After whatever the configuration says: nodes may be made, and the default devices, pseudo-terminals and
         * consoles be used (config-linux.md, "Default Devices"; the list is runc's).
         */
        private static final List<String> ALWAYS_ALLOWED = List.of(
                "c *:* m",
                "b *:* m",
                "c 1:3 rwm",
                "c 1:8 rwm",
                "c 1:7 rwm",
                "c 5:0 rwm",
                "c 1:5 rwm",
                "c 1:9 rwm",
                "c 136:* rwm",
                "c 5:2 rwm");

        @Override
        String name() {
            return "devices";
        }

        @Override
        void apply(GroupWriter group, Resources resources) {
            Set<String> allowed = new HashSet<>();
            for (DeviceRule rule : effective(resources.devices())) {
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
            for (String always : ALWAYS_ALLOWED) {
                if (!allowed.contains(always)) {
                    group.write("devices.allow", always);
                }
            }
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

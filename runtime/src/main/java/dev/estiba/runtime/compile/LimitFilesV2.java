package dev.estiba.runtime.compile;

import dev.estiba.oci.runtime.BlockIo;
import dev.estiba.oci.runtime.BlockIo.ThrottleDevice;
import dev.estiba.oci.runtime.BlockIo.WeightDevice;
import dev.estiba.oci.runtime.Cpu;
import dev.estiba.oci.runtime.HugepageLimit;
import dev.estiba.oci.runtime.Memory;
import dev.estiba.oci.runtime.Pids;
import dev.estiba.oci.runtime.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which version 2 files take which limits (kernel: Documentation/admin-guide/cgroup-v2.rst), in the order and by the
 * conversions of runc 1.3: the specification's numbers are those of version 1. What version 2 has nothing for (swappiness,
 * realtime, networks, the OOM killer's switch) is passed over, as runc does it.
 */
public final class LimitFilesV2 {
    private static final Set<String> DOMAIN = Set.of("memory", "io", "cpu", "hugetlb");
    private static final long DEFAULT_PERIOD = 100_000;
    private static final long MAX_SHARES = 1 << 18;
    private static final long MAX_WEIGHT = 10_000;

    private final Resources resources;
    private final List<GroupSetting> settings = new ArrayList<>();

    private LimitFilesV2(Resources resources) {
        this.resources = resources;
    }

    /** @throws UnsupportedConfig when the limits contradict each other */
    public static List<GroupSetting> of(Resources resources) {
        LimitFilesV2 files = new LimitFilesV2(resources);
        files.pids();
        resources.memory().ifPresent(files::memory);
        resources.blockIo().ifPresent(files::io);
        resources.cpu().ifPresent(files::cpu);
        resources.cpu().ifPresent(files::cpuset);
        files.hugepages();
        resources.rdma().forEach((device, limit) -> files.settings.add(LimitFilesV1.rdma(device, limit)));
        files.unified();
        return files.settings;
    }

    private void add(String controller, String file, String value) {
        settings.add(GroupSetting.of(controller, file, value));
    }

    private static String orMax(long value) {
        return value == -1 ? "max" : Long.toString(value);
    }

    private void pids() {
        long limit =
                resources.pids().map(Pids::limit).map(value -> value.orElse(0)).orElse(0L);
        if (limit != 0) {
            add("pids", "pids.max", limit < 0 ? "max" : Long.toString(limit));
        }
    }

    private void memory(Memory memory) {
        long limit = memory.limit().orElse(0);
        long both = memory.swap().orElse(0);
        long swap = swap(limit, both);
        if (swap != 0 || both > 0) {
            GroupSetting setting = GroupSetting.of("memory", "memory.swap.max", orMax(swap));
            // Without swap there is nothing to lift, and nothing to take away.
            settings.add(swap == -1 || swap == 0 ? setting.ifThere() : setting);
        }
        if (limit != 0) {
            add("memory", "memory.max", orMax(limit));
        }
        long reservation = memory.reservation().orElse(0);
        if (reservation != 0) {
            add("memory", "memory.low", orMax(reservation));
        }
    }

    /** Version 1 limits memory and swap together, version 2 swap alone. 0: as it is. */
    static long swap(long limit, long both) {
        if (limit == -1 && both == 0) {
            return -1;
        }
        if (both == -1 || both == 0 || limit == -1) {
            return both;
        }
        if (limit == 0) {
            throw new UnsupportedConfig("unable to set swap limit without memory limit");
        }
        if (limit < 0) {
            throw new UnsupportedConfig("invalid memory value: " + limit);
        }
        if (both < limit) {
            throw new UnsupportedConfig("memory+swap limit should be >= memory limit");
        }
        return both - limit;
    }

    private void io(BlockIo io) {
        int weight = io.weight().orElse(0);
        if (weight != 0) {
            settings.add(new GroupSetting(
                    "io",
                    "io.bfq.weight",
                    Optional.of("io.weight"),
                    Integer.toString(weight),
                    Long.toString(ioWeight(weight)),
                    Set.of(),
                    false));
        }
        for (WeightDevice device : io.weightDevice()) {
            if (device.weight().orElse(0) != 0) {
                settings.add(GroupSetting.of(
                                "io",
                                "io.bfq.weight",
                                device.major() + ":" + device.minor() + " "
                                        + device.weight().getAsInt())
                        .ifThere()
                        .asEntry());
            }
        }
        throttle("rbps", io.throttleReadBpsDevice());
        throttle("wbps", io.throttleWriteBpsDevice());
        throttle("riops", io.throttleReadIopsDevice());
        throttle("wiops", io.throttleWriteIopsDevice());
    }

    private void throttle(String key, List<ThrottleDevice> devices) {
        for (ThrottleDevice device : devices) {
            settings.add(GroupSetting.of(
                            "io",
                            "io.max",
                            device.major() + ":" + device.minor() + " " + key + "="
                                    + Long.toUnsignedString(device.rate()))
                    .asEntry());
        }
    }

    /** From 10…1000 to 1…10000. */
    static long ioWeight(long weight) {
        return 1 + (weight - 10) * 9999 / 990;
    }

    private void cpu(Cpu cpu) {
        cpu.idle().ifPresent(idle -> add("cpu", "cpu.idle", Long.toString(idle)));
        long weight = cpuWeight(cpu.shares().orElse(0));
        if (weight != 0) {
            add("cpu", "cpu.weight", Long.toString(weight));
        }
        long quota = cpu.quota().orElse(0);
        long period = cpu.period().orElse(0);
        boolean limited = quota != 0 || period != 0;
        if (cpu.burst().isPresent() && limited) {
            settings.add(GroupSetting.of("cpu", "cpu.max.burst", cpu.burst().getAsLong())
                    .early());
        }
        if (limited) {
            add(
                    "cpu",
                    "cpu.max",
                    (quota > 0 ? Long.toString(quota) : "max") + " "
                            + Long.toUnsignedString(period == 0 ? DEFAULT_PERIOD : period));
        }
        if (cpu.burst().isPresent()) {
            settings.add(GroupSetting.of("cpu", "cpu.max.burst", cpu.burst().getAsLong()));
        }
    }

    /** A curve through least, default and most of both, 2 → 1, 1024 → 100 and 262144 → 10000: runc's since 1.3.2. */
    public static long cpuWeight(long shares) {
        if (shares == 0) {
            return 0;
        }
        if (shares > 0 && shares <= 2) {
            return 1;
        }
        if (shares < 0 || shares >= MAX_SHARES) {
            return MAX_WEIGHT;
        }
        double bits = StrictMath.log(shares) / StrictMath.log(2);
        return (long) StrictMath.ceil(StrictMath.pow(10, (bits * bits + 125 * bits) / 612 - 7.0 / 34));
    }

    private void cpuset(Cpu cpu) {
        cpu.cpus().ifPresent(cpus -> add("cpuset", "cpuset.cpus", cpus));
        cpu.mems().ifPresent(mems -> add("cpuset", "cpuset.mems", mems));
    }

    private void hugepages() {
        for (HugepageLimit limit : resources.hugepageLimits()) {
            String prefix = LimitFilesV1.hugepages(limit);
            settings.add(GroupSetting.of("hugetlb", prefix + ".max", limit.limit()));
            settings.add(GroupSetting.of("hugetlb", prefix + ".rsvd.max", limit.limit())
                    .ifThere());
        }
    }

    /** Files by their own names, line by line: the kernel takes one line a write. */
    private void unified() {
        for (Map.Entry<String, String> each : resources.unified().entrySet()) {
            String file = each.getKey();
            if (file.indexOf('/') >= 0) {
                throw new UnsupportedConfig("unified resource \"" + file + "\" must be a file name (no slashes)");
            }
            int dot = file.indexOf('.');
            if (dot <= 0 || dot == file.length() - 1) {
                throw new UnsupportedConfig(
                        "unified resource \"" + file + "\" must be in the form CONTROLLER.PARAMETER");
            }
            for (String line : each.getValue().split("\n")) {
                GroupSetting setting = GroupSetting.of(file.substring(0, dot), file, line);
                settings.add(each.getValue().strip().contains("\n") ? setting.asEntry() : setting);
            }
        }
    }

    /** Whether there are limits of controllers that know processes alone; runc counts cpu among them. */
    static boolean needsDomain(List<GroupSetting> settings) {
        return settings.stream().anyMatch(each -> DOMAIN.contains(each.controller()));
    }

    /** A file that belongs to a controller which the host has not, by the controller's name; "cgroup" is none. */
    static void refuseMissing(Resources resources, List<GroupSetting> settings, List<String> controllers) {
        for (GroupSetting setting : settings) {
            String controller = setting.controller();
            if (controllers.contains(controller) || controller.equals("cgroup") || isPressure(setting.file())) {
                continue;
            }
            if (resources.unified().containsKey(setting.file())) {
                throw new UnsupportedConfig("unified resource \"" + setting.file() + "\" can't be set: controller \""
                        + controller + "\" not available");
            }
            if (setting.ignored().isEmpty()) {
                throw new UnsupportedConfig("cannot set " + controller + " limit: the controller " + controller
                        + " is not in " + CgroupsV2.TOP + "cgroup.controllers, which has"
                        + (controllers.isEmpty() ? " none" : ": " + String.join(" ", controllers)));
            }
        }
    }

    /** These are there without a controller too. */
    private static boolean isPressure(String file) {
        return file.endsWith(".pressure");
    }
}

package dev.estiba.runtime.compile;

import dev.estiba.oci.runtime.BlockIo;
import dev.estiba.oci.runtime.BlockIo.ThrottleDevice;
import dev.estiba.oci.runtime.BlockIo.WeightDevice;
import dev.estiba.oci.runtime.Cpu;
import dev.estiba.oci.runtime.HugepageLimit;
import dev.estiba.oci.runtime.Memory;
import dev.estiba.oci.runtime.NetworkClass;
import dev.estiba.oci.runtime.Rdma;
import dev.estiba.oci.runtime.Resources;
import dev.estiba.runtime.compile.CgroupLayout.Hierarchy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Which version 1 files take the limits of block devices, huge pages, networks and RDMA (kernel:
 * Documentation/admin-guide/cgroup-v1), and which controllers a container needs.
 */
public final class LimitFilesV1 {
    private static final String BLKIO = "blkio";

    /** MIN_SHARES and MAX_SHARES of kernel/sched/sched.h. */
    private static final long MIN_SHARES = 2;

    private static final long MAX_SHARES = 1 << 18;

    private LimitFilesV1() {}

    /** In the order in which they are written. */
    public static List<GroupSetting> of(Resources resources) {
        List<GroupSetting> settings = new ArrayList<>();
        resources.blockIo().ifPresent(io -> blockIo(settings, io));
        for (HugepageLimit limit : resources.hugepageLimits()) {
            String prefix = hugepages(limit);
            settings.add(GroupSetting.of("hugetlb", prefix + ".limit_in_bytes", limit.limit()));
            settings.add(GroupSetting.of("hugetlb", prefix + ".rsvd.limit_in_bytes", limit.limit())
                    .ifThere());
        }
        resources.network().ifPresent(network -> network(settings, network));
        resources.rdma().forEach((device, limit) -> settings.add(rdma(device, limit)));
        return settings;
    }

    /** Of both versions: how the names of a page size's files begin. */
    static String hugepages(HugepageLimit limit) {
        if (limit.pageSize().indexOf('/') >= 0) {
            throw new UnsupportedConfig(
                    "linux.resources.hugepageLimits: " + limit.pageSize() + " is no page size such as 2MB");
        }
        return "hugetlb." + limit.pageSize();
    }

    private static void blockIo(List<GroupSetting> settings, BlockIo io) {
        weight(settings, io.weight(), "", "weight");
        if (io.leafWeight().orElse(0) != 0) {
            settings.add(
                    GroupSetting.of(BLKIO, "blkio.leaf_weight", io.leafWeight().getAsInt()));
        }
        for (WeightDevice device : io.weightDevice()) {
            String prefix = device.major() + ":" + device.minor() + " ";
            weight(settings, device.weight(), prefix, "weight_device");
            if (device.leafWeight().orElse(0) != 0) {
                settings.add(GroupSetting.of(
                                BLKIO,
                                "blkio.leaf_weight_device",
                                prefix + device.leafWeight().getAsInt())
                        .asEntry());
            }
        }
        throttle(settings, "read_bps_device", io.throttleReadBpsDevice());
        throttle(settings, "write_bps_device", io.throttleWriteBpsDevice());
        throttle(settings, "read_iops_device", io.throttleReadIopsDevice());
        throttle(settings, "write_iops_device", io.throttleWriteIopsDevice());
    }

    /** Since Linux 5.0 only the scheduler BFQ has weights, under names of its own. */
    private static void weight(List<GroupSetting> settings, OptionalInt weight, String prefix, String file) {
        if (weight.orElse(0) != 0) {
            GroupSetting setting = GroupSetting.of(BLKIO, "blkio." + file, prefix + weight.getAsInt())
                    .or("blkio.bfq." + file);
            settings.add(prefix.isEmpty() ? setting : setting.asEntry());
        }
    }

    private static void throttle(List<GroupSetting> settings, String file, List<ThrottleDevice> devices) {
        for (ThrottleDevice device : devices) {
            settings.add(GroupSetting.of(
                            BLKIO,
                            "blkio.throttle." + file,
                            device.major() + ":" + device.minor() + " " + Long.toUnsignedString(device.rate()))
                    .asEntry());
        }
    }

    private static void network(List<GroupSetting> settings, NetworkClass network) {
        if (network.classId().orElse(0) != 0) {
            settings.add(GroupSetting.of(
                    "net_cls", "net_cls.classid", network.classId().getAsLong()));
        }
        for (NetworkClass.InterfacePriority each : network.priorities()) {
            settings.add(GroupSetting.of("net_prio", "net_prio.ifpriomap", each.name() + " " + each.priority())
                    .asEntry());
        }
    }

    /** The same file and line in both versions. */
    static GroupSetting rdma(String device, Rdma limit) {
        StringBuilder line = new StringBuilder(device);
        limit.hcaHandles().ifPresent(value -> line.append(" hca_handle=").append(value));
        limit.hcaObjects().ifPresent(value -> line.append(" hca_object=").append(value));
        return GroupSetting.of("rdma", "rdma.max", line.toString()).asEntry();
    }

    /** The kernel would take another value than the one that is asked for, without a word; runc says this then. */
    public static Optional<String> refusedShares(long shares) {
        if (shares == 0 || (shares >= MIN_SHARES && shares <= MAX_SHARES)) {
            return Optional.empty();
        }
        return Optional.of(
                shares == 1
                        ? "the minimum allowed cpu-shares is " + MIN_SHARES
                        : "the maximum allowed cpu-shares is " + MAX_SHARES);
    }

    /** Nothing may be limited that nobody would count here. */
    static void refuseMissing(Resources resources, List<Hierarchy> hierarchies) {
        if (!resources.unified().isEmpty()) {
            throw new UnsupportedConfig("invalid configuration: cannot use unified on cgroup v1");
        }
        for (String controller : controllers(resources)) {
            if (hierarchies.stream().noneMatch(each -> each.has(controller))) {
                throw new UnsupportedConfig("cannot set " + controller
                        + " limit: container could not join or create cgroup: no cgroup hierarchy of the controller "
                        + controller + " is mounted beneath " + CgroupsV1.TOP);
            }
        }
    }

    /** In runc's order. */
    private static List<String> controllers(Resources resources) {
        List<String> needed = new ArrayList<>();
        Optional<Cpu> cpu = resources.cpu();
        add(
                needed,
                "cpuset",
                cpu.flatMap(Cpu::cpus).or(() -> cpu.flatMap(Cpu::mems)).isPresent());
        add(needed, "devices", !resources.devices().isEmpty());
        add(needed, "memory", resources.memory().filter(LimitFilesV1::isLimited).isPresent());
        add(needed, "cpu", cpu.filter(LimitFilesV1::isLimited).isPresent());
        add(needed, "pids", resources.pids().map(each -> isSet(each.limit())).orElse(false));
        for (GroupSetting setting : of(resources)) {
            add(needed, setting.controller(), true);
        }
        return needed;
    }

    private static void add(List<String> needed, String controller, boolean wanted) {
        if (wanted && !needed.contains(controller)) {
            needed.add(controller);
        }
    }

    private static boolean isLimited(Memory memory) {
        return isSet(memory.limit())
                || isSet(memory.swap())
                || isSet(memory.reservation())
                || memory.disableOomKiller().orElse(false)
                || memory.swappiness().orElse(-1) != -1;
    }

    private static boolean isLimited(Cpu cpu) {
        return isSet(cpu.shares())
                || isSet(cpu.quota())
                || isSet(cpu.period())
                || isSet(cpu.realtimePeriod())
                || isSet(cpu.realtimeRuntime())
                || cpu.burst().isPresent()
                || cpu.idle().isPresent();
    }

    private static boolean isSet(OptionalLong value) {
        return value.orElse(0) != 0;
    }
}

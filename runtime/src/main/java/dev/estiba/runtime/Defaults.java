package dev.estiba.runtime;

import dev.estiba.linux.number.Capability;
import dev.estiba.oci.runtime.DeviceRule;
import dev.estiba.oci.runtime.Mount;
import dev.estiba.oci.runtime.SeccompSource;
import dev.estiba.runtime.local.DefaultSeccomp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What Docker gives a container that says nothing about it, as a configuration has it. */
public final class Defaults {
    public static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public static final Set<Capability> CAPABILITIES = Collections.unmodifiableSet(EnumSet.of(
            Capability.CHOWN,
            Capability.DAC_OVERRIDE,
            Capability.FSETID,
            Capability.FOWNER,
            Capability.MKNOD,
            Capability.NET_RAW,
            Capability.SETGID,
            Capability.SETUID,
            Capability.SETFCAP,
            Capability.SETPCAP,
            Capability.NET_BIND_SERVICE,
            Capability.SYS_CHROOT,
            Capability.KILL,
            Capability.AUDIT_WRITE));

    public static final List<Mount> MOUNTS = List.of(
            new Mount("/proc", "proc", "proc", List.of("nosuid", "noexec", "nodev")),
            new Mount("/dev", "tmpfs", "tmpfs", List.of("nosuid", "strictatime", "mode=755", "size=65536k")),
            new Mount(
                    "/dev/pts",
                    "devpts",
                    "devpts",
                    List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5")),
            new Mount("/sys", "sysfs", "sysfs", List.of("nosuid", "noexec", "nodev", "ro")),
            new Mount("/sys/fs/cgroup", "cgroup", "cgroup", List.of("ro", "nosuid", "noexec", "nodev")),
            new Mount("/dev/mqueue", "mqueue", "mqueue", List.of("nosuid", "noexec", "nodev")),
            new Mount("/dev/shm", "tmpfs", "shm", List.of("nosuid", "noexec", "nodev", "mode=1777", "size=67108864")));

    public static final List<String> MASKED_PATHS = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/sys/devices/virtual/powercap",
            "/sys/firmware");

    public static final List<String> READ_ONLY_PATHS =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    public static final List<DeviceRule> DEVICE_RULES = List.copyOf(devices());

    private Defaults() {}

    /** Docker's seccomp profile for a container that may ever have these capabilities. */
    public static SeccompSource seccomp(Set<Capability> bounding) {
        return DefaultSeccomp.of(bounding);
    }

    /** None but those that every container has: null, zero, full, random, urandom, tty, console, ptmx and the ptys. */
    private static List<DeviceRule> devices() {
        List<DeviceRule> rules = new ArrayList<>();
        rules.add(new DeviceRule(
                false, Optional.empty(), OptionalLong.empty(), OptionalLong.empty(), Optional.of("rwm")));
        for (int minor : new int[] {3, 5, 7, 8, 9}) {
            rules.add(character(1, OptionalLong.of(minor)));
        }
        for (int minor : new int[] {0, 1, 2}) {
            rules.add(character(5, OptionalLong.of(minor)));
        }
        rules.add(character(136, OptionalLong.empty()));
        return rules;
    }

    private static DeviceRule character(long major, OptionalLong minor) {
        return new DeviceRule(true, Optional.of("c"), OptionalLong.of(major), minor, Optional.of("rwm"));
    }
}

package dev.estiba.runtime;

import dev.estiba.linux.number.Capability;
import dev.estiba.oci.runtime.Capabilities;
import dev.estiba.oci.runtime.Config;
import dev.estiba.oci.runtime.ConfigWriter;
import dev.estiba.oci.runtime.DeviceRule;
import dev.estiba.oci.runtime.Layout;
import dev.estiba.oci.runtime.Linux;
import dev.estiba.oci.runtime.Mount;
import dev.estiba.oci.runtime.Namespace;
import dev.estiba.oci.runtime.Process;
import dev.estiba.oci.runtime.Resources;
import dev.estiba.oci.runtime.Root;
import dev.estiba.oci.runtime.User;
import dev.estiba.runtime.local.DefaultSeccomp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A container from a root directory, without a bundle. What is not said is what Docker gives a container: five new
 * namespaces, its file systems, fourteen capabilities, its seccomp profile, masked and read-only paths of /proc and
 * /sys. The network is a namespace of its own with nothing but loopback.
 *
 * <p>A value: each method answers another one.
 *
 * @param rootfs absolute
 * @param process what runs in it
 * @param readOnly whether it cannot write to its root
 * @param change the last word about the configuration
 */
public record Spec(Path rootfs, Process process, boolean readOnly, UnaryOperator<Config> change) {
    private static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final Set<Capability> CAPABILITIES = EnumSet.of(
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
            Capability.AUDIT_WRITE);

    private static final List<Mount> MOUNTS = List.of(
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

    private static final List<String> MASKED = List.of(
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

    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    public Spec {
        if (!rootfs.isAbsolute()) {
            throw new IllegalArgumentException("a root file system needs an absolute path: " + rootfs);
        }
    }

    /** A container whose root is that directory. It runs {@code sh} unless it is told otherwise. */
    public static Spec of(Path rootfs) {
        List<String> names = CAPABILITIES.stream().map(Capability::fullName).toList();
        Process process = Process.builder(List.of("sh"), "/")
                .env(List.of(PATH))
                .user(User.ROOT)
                .capabilities(new Capabilities(names, names, List.of(), names, List.of()))
                .build();
        return new Spec(rootfs, process, false, UnaryOperator.identity());
    }

    /** What it runs; a name without a slash is looked for in PATH. */
    public Spec args(String... args) {
        return with(process.toBuilder().args(List.of(args)).build());
    }

    /** A further variable, {@code NAME=VALUE}. */
    public Spec env(String variable) {
        List<String> env = new ArrayList<>(process.env());
        env.add(variable);
        return with(process.toBuilder().env(env).build());
    }

    /** Its working directory. */
    public Spec directory(String inside) {
        return with(process.toBuilder().cwd(inside).build());
    }

    /** Who it runs as. */
    public Spec user(long uid, long gid) {
        return with(process.toBuilder().user(User.of(uid, gid)).build());
    }

    public Spec withReadOnlyRoot() {
        return new Spec(rootfs, process, true, change);
    }

    /** Everything else: the configuration as it would be, changed in any way. */
    public Spec configure(UnaryOperator<Config> more) {
        return new Spec(rootfs, process, readOnly, config -> more.apply(change.apply(config)));
    }

    private Spec with(Process other) {
        return new Spec(rootfs, other, readOnly, change);
    }

    /** The configuration of a container of that name. */
    public Config config(String id) {
        Linux linux = Linux.builder()
                .namespaces(List.of(
                        Namespace.create(Namespace.Type.MOUNT),
                        Namespace.create(Namespace.Type.NETWORK),
                        Namespace.create(Namespace.Type.UTS),
                        Namespace.create(Namespace.Type.PID),
                        Namespace.create(Namespace.Type.IPC)))
                .cgroupsPath("/estiba/" + id)
                .resources(Resources.builder().devices(devices()).build())
                .seccomp(DefaultSeccomp.of(CAPABILITIES))
                .maskedPaths(MASKED)
                .readonlyPaths(READ_ONLY)
                .build();
        return change.apply(Config.builder(Config.SPEC_VERSION)
                .process(process)
                .root(new Root(rootfs.toString(), readOnly))
                .hostname(id)
                .mounts(MOUNTS)
                .linux(linux)
                .build());
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

    Bundle bundle(String id) {
        return new Bundle(rootfs, ConfigWriter.write(config(id), Layout.COMPACT));
    }
}

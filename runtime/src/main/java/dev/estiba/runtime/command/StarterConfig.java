package dev.estiba.runtime.command;

import dev.estiba.oci.runtime.Capabilities;
import dev.estiba.oci.runtime.Config;
import dev.estiba.oci.runtime.DeviceRule;
import dev.estiba.oci.runtime.IdMapping;
import dev.estiba.oci.runtime.Linux;
import dev.estiba.oci.runtime.Mount;
import dev.estiba.oci.runtime.Namespace;
import dev.estiba.oci.runtime.Namespace.Type;
import dev.estiba.oci.runtime.Process;
import dev.estiba.oci.runtime.Resources;
import dev.estiba.oci.runtime.Rlimit;
import dev.estiba.oci.runtime.Root;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The configuration that {@code spec} writes: runc's, so that its users' scripts that edit it go on working. */
final class StarterConfig {
    private static final List<String> CAPABILITIES = List.of("CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE");
    private static final List<String> MASKED = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/sys/firmware",
            "/proc/scsi");
    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");
    private static final int FILES = 1024;

    private StarterConfig() {}

    static Config root() {
        DeviceRule nothing =
                new DeviceRule(false, Optional.empty(), OptionalLong.empty(), OptionalLong.empty(), Optional.of("rwm"));
        Linux linux = Linux.builder()
                .resources(Resources.builder().devices(List.of(nothing)).build())
                .namespaces(namespaces(Type.PID, Type.NETWORK, Type.IPC, Type.UTS, Type.MOUNT))
                .maskedPaths(MASKED)
                .readonlyPaths(READ_ONLY)
                .build();
        Mount sys = new Mount("/sys", "sysfs", "sysfs", List.of("nosuid", "noexec", "nodev", "ro"));
        return config(linux, sys, List.of("mode=0620", "gid=5"));
    }

    /** Without rights there is no network namespace to configure, no sysfs of one, and no group 5 to map. */
    static Config rootless(long uid, long gid) {
        Linux linux = Linux.builder()
                .uidMappings(List.of(new IdMapping(0, uid, 1)))
                .gidMappings(List.of(new IdMapping(0, gid, 1)))
                .namespaces(namespaces(Type.PID, Type.IPC, Type.UTS, Type.MOUNT, Type.USER))
                .maskedPaths(MASKED)
                .readonlyPaths(READ_ONLY)
                .build();
        Mount sys = new Mount("/sys", "none", "/sys", List.of("rbind", "nosuid", "noexec", "nodev", "ro"));
        return config(linux, sys, List.of("mode=0620"));
    }

    private static List<Namespace> namespaces(Type... types) {
        return Stream.of(types).map(Namespace::create).toList();
    }

    private static Config config(Linux linux, Mount sys, List<String> terminalOptions) {
        Process process = Process.builder(List.of("sh"), "/")
                .terminal(true)
                .env(List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"))
                .capabilities(new Capabilities(CAPABILITIES, CAPABILITIES, List.of(), CAPABILITIES, List.of()))
                .rlimits(List.of(new Rlimit("RLIMIT_NOFILE", FILES, FILES)))
                .noNewPrivileges(true)
                .build();
        return Config.builder(Config.SPEC_VERSION)
                .process(process)
                .root(new Root("rootfs", true))
                .hostname("estiba")
                .mounts(mounts(sys, terminalOptions))
                .linux(linux)
                .build();
    }

    private static List<Mount> mounts(Mount sys, List<String> terminalOptions) {
        List<String> pts = Stream.concat(
                        Stream.of("nosuid", "noexec", "newinstance", "ptmxmode=0666"), terminalOptions.stream())
                .toList();
        return List.of(
                new Mount("/proc", "proc", "proc", List.of()),
                new Mount("/dev", "tmpfs", "tmpfs", List.of("nosuid", "strictatime", "mode=755", "size=65536k")),
                new Mount("/dev/pts", "devpts", "devpts", pts),
                new Mount("/dev/shm", "tmpfs", "shm", List.of("nosuid", "noexec", "nodev", "mode=1777", "size=65536k")),
                new Mount("/dev/mqueue", "mqueue", "mqueue", List.of("nosuid", "noexec", "nodev")),
                sys,
                new Mount(
                        "/sys/fs/cgroup", "cgroup", "cgroup", List.of("nosuid", "noexec", "nodev", "relatime", "ro")));
    }
}

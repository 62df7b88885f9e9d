package dev.estiba.oci.runtime;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What everything.json says, written down a second time by hand. */
final class Everything {
    private Everything() {}

    /** Without the seccomp profile, which a source holds as bytes. */
    static Config config() {
        return Config.builder("1.3.0")
                .process(process())
                .root(new Root("rootfs", true))
                .hostname("ship")
                .domainname("port.example")
                .mounts(List.of(
                        new Mount("/proc", "proc", "proc", List.of()),
                        new Mount(
                                "/data",
                                Optional.of("bind"),
                                Optional.of("/srv/data"),
                                List.of("rbind", "ro", "idmap"),
                                List.of(new IdMapping(1, 2, 3)),
                                List.of(new IdMapping(4, 5, 6)))))
                .hooks(new Hooks(
                        List.of(new Hook(
                                "/h/prestart", List.of("prestart", "-a"), List.of("K=prestart"), OptionalInt.of(1))),
                        List.of(hook("createRuntime", 2)),
                        List.of(hook("createContainer", 3)),
                        List.of(hook("startContainer", 4)),
                        List.of(hook("poststart", 5)),
                        List.of(hook("poststop", 6))))
                .annotations(ordered("com.example.key", "value", "empty", "", "binary", "a\0b"))
                .linux(linux())
                .otherSections(List.of("vm", "solaris", "windows", "zos", "freebsd"))
                .build();
    }

    private static Hook hook(String kind, int timeout) {
        return new Hook("/h/" + kind, List.of(kind), List.of("K=" + kind), OptionalInt.of(timeout));
    }

    static Process process() {
        return Process.builder(List.of("/bin/sh", "-c", "echo \"hé 🚢\"\n"), "/srv")
                .terminal(true)
                .consoleSize(new ConsoleSize(25, 80))
                .user(new User(
                        4294967295L, 1001, OptionalInt.of(022), List.of(5L, 4294967295L), Optional.of("ContainerUser")))
                .commandLine("cmd.exe /c dir")
                .env(List.of("PATH=/usr/bin", "EMPTY="))
                .capabilities(new Capabilities(
                        List.of("CAP_CHOWN", "CAP_KILL"),
                        List.of("CAP_KILL"),
                        List.of("CAP_SETUID"),
                        List.of("CAP_SETGID"),
                        List.of("CAP_NET_RAW")))
                .rlimits(
                        List.of(new Rlimit("RLIMIT_NOFILE", 1024, 4096), new Rlimit("RLIMIT_CORE", Long.MIN_VALUE, -1)))
                .noNewPrivileges(true)
                .apparmorProfile("docker-default")
                .oomScoreAdj(-17)
                .scheduler(new Scheduler(
                        Scheduler.Policy.DEADLINE,
                        -5,
                        7,
                        List.of(Scheduler.Flag.RESET_ON_FORK, Scheduler.Flag.DL_OVERRUN),
                        10_000_000,
                        24_000_000,
                        -2))
                .selinuxLabel("system_u:system_r:container_t:s0")
                .ioPriority(new IoPriority(IoPriority.IoClass.BEST_EFFORT, 4))
                .execCpuAffinity(new ExecCpuAffinity(Optional.of("0-1"), Optional.of("2,3")))
                .build();
    }

    private static Linux linux() {
        Map<String, TimeOffset> offsets = new LinkedHashMap<>();
        offsets.put("monotonic", new TimeOffset(172800, 11));
        offsets.put("boottime", new TimeOffset(-604800, 12));
        Map<String, NetDevice> netDevices = new LinkedHashMap<>();
        netDevices.put("eth0", new NetDevice(Optional.of("container0")));
        netDevices.put("eth1", new NetDevice(Optional.empty()));
        return Linux.builder()
                .namespaces(List.of(
                        Namespace.create(Namespace.Type.PID),
                        Namespace.join(Namespace.Type.NETWORK, "/var/run/netns/web"),
                        Namespace.create(Namespace.Type.MOUNT),
                        Namespace.create(Namespace.Type.IPC),
                        Namespace.create(Namespace.Type.UTS),
                        Namespace.create(Namespace.Type.USER),
                        Namespace.create(Namespace.Type.CGROUP),
                        Namespace.create(Namespace.Type.TIME)))
                .uidMappings(List.of(new IdMapping(0, 100000, 65536)))
                .gidMappings(List.of(new IdMapping(0, 200000, 4294967295L)))
                .timeOffsets(offsets)
                .devices(List.of(
                        new Device(
                                Device.Type.CHARACTER,
                                "/dev/fuse",
                                OptionalLong.of(10),
                                OptionalLong.of(229),
                                OptionalLong.of(0666),
                                OptionalLong.of(0),
                                OptionalLong.of(4294967295L)),
                        new Device(
                                Device.Type.FIFO,
                                "/dev/pipe",
                                OptionalLong.empty(),
                                OptionalLong.empty(),
                                OptionalLong.empty(),
                                OptionalLong.empty(),
                                OptionalLong.empty())))
                .netDevices(netDevices)
                .cgroupsPath("/machines/web")
                .resources(resources())
                .intelRdt(new IntelRdt(
                        Optional.of("guaranteed"),
                        List.of("L2:0=f", "MB:0=70"),
                        Optional.of("L3:0=7f0;1=1f"),
                        Optional.of("MB:0=20;1=70"),
                        true))
                .memoryPolicy(new MemoryPolicy(
                        Optional.of(MemoryPolicy.Mode.INTERLEAVE),
                        Optional.of("0-1"),
                        List.of(MemoryPolicy.Flag.STATIC_NODES)))
                .sysctl(ordered("net.ipv4.ip_forward", "1", "kernel.msgmax", "65536"))
                .rootfsPropagation("slave")
                .maskedPaths(List.of("/proc/kcore"))
                .readonlyPaths(List.of("/proc/sys", "/proc/irq"))
                .mountLabel("system_u:object_r:svirt_sandbox_file_t:s0")
                .personality(new Personality(Optional.of(Personality.Domain.LINUX32), List.of("ADDR_NO_RANDOMIZE")))
                .build();
    }

    static Resources resources() {
        Map<String, Rdma> rdma = new LinkedHashMap<>();
        rdma.put("mlx5_1", new Rdma(OptionalLong.of(3), OptionalLong.of(10000)));
        rdma.put("mlx4_0", new Rdma(OptionalLong.empty(), OptionalLong.of(5)));
        return Resources.builder()
                .devices(List.of(
                        new DeviceRule(
                                false,
                                Optional.empty(),
                                OptionalLong.empty(),
                                OptionalLong.empty(),
                                Optional.of("rwm")),
                        new DeviceRule(
                                true,
                                Optional.of("c"),
                                OptionalLong.of(1),
                                OptionalLong.of(Long.MAX_VALUE),
                                Optional.of("rw"))))
                .memory(new Memory(
                        OptionalLong.of(536870912),
                        OptionalLong.of(268435456),
                        OptionalLong.of(-1),
                        OptionalLong.of(1),
                        OptionalLong.of(2),
                        OptionalLong.of(60),
                        Optional.of(false),
                        Optional.of(true),
                        Optional.of(true)))
                .cpu(new Cpu(
                        OptionalLong.of(0),
                        OptionalLong.of(-1),
                        OptionalLong.of(5),
                        OptionalLong.of(100000),
                        OptionalLong.of(950000),
                        OptionalLong.of(1000000),
                        Optional.of("2-3"),
                        Optional.of("0-7"),
                        OptionalLong.of(1)))
                .pids(new Pids(OptionalLong.of(32771)))
                .blockIo(new BlockIo(
                        OptionalInt.of(10),
                        OptionalInt.of(65535),
                        List.of(
                                new BlockIo.WeightDevice(8, 0, OptionalInt.of(500), OptionalInt.of(300)),
                                new BlockIo.WeightDevice(8, 16, OptionalInt.empty(), OptionalInt.empty())),
                        List.of(new BlockIo.ThrottleDevice(8, 1, 600)),
                        List.of(new BlockIo.ThrottleDevice(8, 2, -1)),
                        List.of(new BlockIo.ThrottleDevice(8, 3, 602)),
                        List.of(new BlockIo.ThrottleDevice(8, 4, 603))))
                .hugepageLimits(List.of(new HugepageLimit("2MB", 209715200), new HugepageLimit("1GB", -1)))
                .network(new NetworkClass(
                        OptionalLong.of(1048577),
                        List.of(
                                new NetworkClass.InterfacePriority("eth0", 500),
                                new NetworkClass.InterfacePriority("lo", 4294967295L))))
                .rdma(rdma)
                .unified(ordered("io.max", "259:0 rbps=2097152", "memory.high", "max"))
                .build();
    }

    static Seccomp seccomp() {
        return new Seccomp(
                Seccomp.Action.ERRNO,
                OptionalInt.of(38),
                List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X32"),
                List.of("SECCOMP_FILTER_FLAG_LOG"),
                Optional.of("/run/listener.sock"),
                Optional.of("of \0 web"),
                List.of(
                        new SeccompRule(List.of("read", "write"), Seccomp.Action.ALLOW, OptionalInt.empty(), List.of()),
                        new SeccompRule(
                                List.of("clone"),
                                Seccomp.Action.TRACE,
                                OptionalInt.of(65535),
                                List.of(
                                        new SeccompArg(0, -1, 7, SeccompArg.Operator.MASKED_EQ),
                                        new SeccompArg(5, 2114060288, 0, SeccompArg.Operator.NE)))));
    }

    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }
}

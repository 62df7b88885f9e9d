package dev.estiba.engine.spec;

import dev.estiba.api.HostConfig;
import dev.estiba.api.Resources;
import dev.estiba.oci.runtime.Cpu;
import dev.estiba.oci.runtime.Memory;
import dev.estiba.oci.runtime.Mount;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What is otherwise in a container with a user namespace, and in one of a user who is not root. */
public final class Rootless {
    /** In podman's words; Docker's are of a kernel that cannot. */
    private static final String LIMITS = "Resource limits are not supported and ignored on cgroups V1 rootless systems";

    private static final long TTY = 5;

    private Rootless() {}

    /** Of the default mounts, those that a user namespace may not have as they are. */
    static Mount mount(Mount mount, Optional<ContainerIds> ids, HostConfig host) {
        if (ids.isEmpty()) {
            return mount;
        }
        String type = mount.type().orElse("");
        if (type.equals("devpts") && ids.get().hostGid(TTY).isEmpty()) {
            List<String> options = new ArrayList<>(mount.options());
            options.remove("gid=" + TTY);
            return new Mount(mount.destination(), type, mount.source().orElse(type), options);
        }
        if (type.equals("sysfs") && host.networkMode().equals("host")) {
            // A sysfs is of a network namespace, and this one is the host's.
            return new Mount("/sys", "bind", "/sys", List.of("rbind", "rslave", "nosuid", "noexec", "nodev", "ro"));
        }
        if (type.equals("proc") && host.pidMode().equals("host")) {
            return new Mount("/proc", "bind", "/proc", List.of("rbind", "rslave", "nosuid", "noexec", "nodev"));
        }
        return mount;
    }

    /** None where only the user's own group is there: the kernel lets nobody set any then (user_namespaces(7)). */
    static List<Long> groups(UserDatabase.Identity identity, HostFacts facts) {
        boolean alone = facts.lent().filter(lent -> lent.gids().size() == 1).isPresent();
        return alone ? List.of() : identity.groups();
    }

    /** What a request asks for that will not be so. */
    public static List<String> warnings(HostConfig host, HostFacts facts) {
        if (facts.lent().isEmpty()) {
            return List.of();
        }
        Resources wanted = host.resources();
        Memory memory = Limits.memory(wanted);
        Cpu cpu = Limits.cpu(wanted);
        boolean pids = Limits.pids(wanted).limit().isPresent();
        boolean weight = BlockDevices.isAsked(wanted);
        if (!facts.unified()) {
            // Docker's command always says that the killer is not to be disabled.
            Memory none = Memory.builder().disableOomKiller(false).build();
            boolean limits =
                    !(memory.equals(none) || memory.equals(Memory.builder().build()))
                            || !cpu.equals(Cpu.builder().build())
                            || pids
                            || weight;
            return limits ? List.of(LIMITS) : List.of();
        }
        Predicate<String> lacks = controller ->
                facts.delegation().filter(mine -> mine.has(controller)).isEmpty();
        List<String> all = new ArrayList<>();
        if (lacks.test("memory")) {
            warn(all, memory.limit().isPresent(), "memory limit capabilities", "Limitation");
            warn(all, memory.reservation().isPresent(), "memory soft limit capabilities", "Limitation");
        }
        warn(all, pids && lacks.test("pids"), "PIDs limit capabilities", "PIDs limit");
        warn(all, cpu.shares().isPresent() && lacks.test("cpu"), "CPU shares", "Shares");
        if ((cpu.quota().isPresent() || cpu.period().isPresent()) && lacks.test("cpu")) {
            all.add("Your kernel does not support CPU CFS scheduler. CPU period/quota discarded.");
        }
        warn(all, (cpu.cpus().isPresent() || cpu.mems().isPresent()) && lacks.test("cpuset"), "cpuset", "CPUset");
        warn(all, weight && lacks.test("io"), "Block I/O weight", "Weight");
        return all;
    }

    /** In Docker's words. */
    private static void warn(List<String> warnings, boolean discards, String what, String discarded) {
        if (discards) {
            warnings.add("Your kernel does not support " + what + " or the cgroup is not mounted. " + discarded
                    + " discarded.");
        }
    }
}

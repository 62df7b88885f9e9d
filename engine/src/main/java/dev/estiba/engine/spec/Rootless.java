package dev.estiba.engine.spec;

import dev.estiba.api.HostConfig;
import dev.estiba.oci.runtime.BlockIo;
import dev.estiba.oci.runtime.Cpu;
import dev.estiba.oci.runtime.Memory;
import dev.estiba.oci.runtime.Mount;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is otherwise in a container of a user who is not root. */
public final class Rootless {
    /** In podman's words; Docker's are of a kernel that cannot. */
    private static final String LIMITS = "Resource limits are not supported and ignored on cgroups V1 rootless systems";

    private static final long TTY = 5;

    private Rootless() {}

    /** Of the default mounts, those that a user namespace may not have as they are. */
    static Mount mount(Mount mount, Optional<LentIds> lent, HostConfig host) {
        if (lent.isEmpty()) {
            return mount;
        }
        String type = mount.type().orElse("");
        if (type.equals("devpts") && !lent.get().hasGroup(TTY)) {
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
        Memory memory = Limits.memory(host.resources());
        Memory none = Memory.builder().disableOomKiller(false).build(); // what Docker's command always says
        boolean limits = !(memory.equals(none) || memory.equals(Memory.builder().build()))
                || !Limits.cpu(host.resources()).equals(Cpu.builder().build())
                || Limits.pids(host.resources()).limit().isPresent()
                || !Limits.blockIo(host.resources()).equals(BlockIo.builder().build());
        return facts.lent().isPresent() && limits ? List.of(LIMITS) : List.of();
    }
}

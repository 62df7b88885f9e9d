package dev.estiba.oci.runtime;

import java.util.List;

/**
 * What a runtime can do on Linux: features-linux.md.
 *
 * @param namespaces kinds of namespaces
 * @param capabilities known by name
 * @param cgroup ways to control cgroups
 * @param seccomp system call filters
 * @param apparmor profiles are applied
 * @param selinux labels are applied
 * @param intelRdt cache and bandwidth
 * @param memoryPolicy NUMA
 * @param idmap idmapped mounts: {@code mountExtensions.idmap}
 * @param netDevices interfaces are moved
 */
public record LinuxFeatures(
        List<Namespace.Type> namespaces,
        List<String> capabilities,
        Cgroups cgroup,
        Seccomp seccomp,
        boolean apparmor,
        boolean selinux,
        IntelRdt intelRdt,
        MemoryPolicies memoryPolicy,
        boolean idmap,
        boolean netDevices) {
    public LinuxFeatures {
        namespaces = List.copyOf(namespaces);
        capabilities = List.copyOf(capabilities);
    }

    /**
     * Ways to control cgroups.
     *
     * @param v1 version 1
     * @param v2 version 2
     * @param systemd through the system's systemd
     * @param systemdUser through a user's systemd
     * @param rdma RDMA limits
     */
    public record Cgroups(boolean v1, boolean v2, boolean systemd, boolean systemdUser, boolean rdma) {}

    /**
     * System call filters.
     *
     * @param enabled filters are installed
     * @param actions that a rule may have
     * @param operators that a condition may have
     * @param archs {@code SCMP_ARCH_X86_64} and the like
     * @param knownFlags flags that are understood
     * @param supportedFlags flags that are understood and can be set
     */
    public record Seccomp(
            boolean enabled,
            List<dev.estiba.oci.runtime.Seccomp.Action> actions,
            List<SeccompArg.Operator> operators,
            List<String> archs,
            List<String> knownFlags,
            List<String> supportedFlags) {
        public Seccomp {
            actions = List.copyOf(actions);
            operators = List.copyOf(operators);
            archs = List.copyOf(archs);
            knownFlags = List.copyOf(knownFlags);
            supportedFlags = List.copyOf(supportedFlags);
        }
    }

    /**
     * Cache and memory bandwidth.
     *
     * @param enabled the section is understood
     * @param schemata its {@code schemata}
     * @param monitoring its {@code enableMonitoring}
     */
    public record IntelRdt(boolean enabled, boolean schemata, boolean monitoring) {}

    /**
     * NUMA policies.
     *
     * @param modes that may be asked for
     * @param flags that may be asked for
     */
    public record MemoryPolicies(List<MemoryPolicy.Mode> modes, List<MemoryPolicy.Flag> flags) {
        public MemoryPolicies {
            modes = List.copyOf(modes);
            flags = List.copyOf(flags);
        }
    }
}

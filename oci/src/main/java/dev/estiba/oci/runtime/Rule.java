package dev.estiba.oci.runtime;

/**
 * What a configuration can break although each of its values can be read. A caller that is more lenient than the
 * specification, or than runc, passes over the rules that it names. Sources: config.md and config-linux.md of the
 * runtime specification 1.3.0, runc's validator, and the manual pages of the calls that would fail.
 */
public enum Rule {
    /** config.md: the version is SemVer, and only the major version 1 exists. */
    VERSION_FORMAT,
    /**
     * config.md, "ociVersion": a runtime of 1.3 is not compatible with a document of 1.4. runc does not look, and
     * callers write newer versions without using what is new in them.
     */
    VERSION_NEWER,
    /** A section of another platform, or of a newer specification. */
    SECTION_UNKNOWN,
    /** runc wants a process at create already. */
    PROCESS_MISSING,
    /** config.md: required on Linux. */
    ROOT_MISSING,
    /** runc: a name needs a UTS namespace to be set in. */
    NAME_NEEDS_UTS_NAMESPACE,
    /** config.md: a mount has a destination. */
    MOUNT_DESTINATION,
    /** config.md: mappings of users and groups come together; an idmapped mount without any needs a user namespace. */
    MOUNT_ID_MAPPINGS,
    /** config.md: a hook's path is absolute. */
    HOOK_PATH,
    /** config.md: a hook's timeout is above zero. */
    HOOK_TIMEOUT,

    /** config.md: there is something to execute. */
    PROCESS_ARGS,
    /** config.md: an absolute path. */
    PROCESS_CWD,
    /** environ(7): {@code NAME=value} with a name; runc refuses anything else. */
    PROCESS_ENV,
    /** tty_ioctl(4): struct winsize has 16 bits each. */
    CONSOLE_SIZE,
    /** getrlimit(2): the sixteen names. */
    RLIMIT_TYPE,
    /** config.md: no type twice. */
    RLIMIT_TWICE,
    /** setrlimit(2): EINVAL when the soft limit is above the hard one. */
    RLIMIT_ORDER,
    /** proc_pid_oom_score_adj(5): -1000 to 1000. */
    OOM_SCORE_ADJ,
    /** sched_setattr(2): which fields go with which policy. */
    SCHEDULER,
    /** ioprio_set(2): 0 to 7. */
    IO_PRIORITY,
    /** cpuset(7): lists such as {@code 0-3,7}. */
    CPU_LIST,

    /** config-linux.md: no type twice. */
    NAMESPACE_TWICE,
    /** config-linux.md: an absolute path. */
    NAMESPACE_PATH,
    /** config-linux.md and runc: mappings and a new user namespace need each other. */
    USER_NAMESPACE_MAPPINGS,
    /** config-linux.md: offsets need a time namespace, a clock that has them, and less than a second of nanoseconds. */
    TIME_OFFSETS,
    /** runc: masks need a mount namespace. */
    MASKS_NEED_MOUNT_NAMESPACE,
    /** config-linux.md, and the recursive names that runc takes. */
    ROOTFS_PROPAGATION,
    /** runc: a sysctl that would change the host is refused. */
    SYSCTL,
    /** config-linux.md: absolute path, and numbers unless it is a fifo. */
    DEVICE,
    /** config-linux.md: interfaces move into a network namespace, under a name that the kernel takes. */
    NET_DEVICE,
    /** The class is a directory's name in resctrl. */
    INTEL_RDT,
    /** set_mempolicy(2): there is a mode. */
    MEMORY_POLICY,
    /** config-linux.md: there is a domain, and no flag is defined. */
    PERSONALITY,

    /** config-linux.md: type a, b or c, and access made of r, w, m. */
    DEVICE_RULE,
    /** The kernel: memory and swap together are not less than memory. */
    MEMORY_SWAP,
    /** config-linux.md: 0 to 100. */
    SWAPPINESS,
    /** config-linux.md: a size as the kernel names it. */
    HUGEPAGE_SIZE,
    /** config-linux.md: at least one of the two limits. */
    RDMA,
    /** config-linux.md: a file of the cgroup itself, {@code controller.file}. */
    UNIFIED
}

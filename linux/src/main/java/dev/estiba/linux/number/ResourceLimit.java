package dev.estiba.linux.number;

import java.util.Optional;

/** A limit that a process has and passes on: getrlimit(2), asm-generic/resource.h. */
public enum ResourceLimit {
    CPU,
    FSIZE,
    DATA,
    STACK,
    CORE,
    RSS,
    NPROC,
    NOFILE,
    MEMLOCK,
    AS,
    LOCKS,
    SIGPENDING,
    MSGQUEUE,
    NICE,
    RTPRIO,
    RTTIME;

    /** No limit: the value RLIM_INFINITY, all bits set, as an unsigned 64-bit number. */
    public static final long INFINITY = -1L;

    private static final String PREFIX = "RLIMIT_";

    /** The limit of exactly that name, {@code RLIMIT_NOFILE}: the spelling of the kernel and of OCI. */
    public static Optional<ResourceLimit> named(String name) {
        for (ResourceLimit limit : values()) {
            if (name.length() == PREFIX.length() + limit.name().length()
                    && name.startsWith(PREFIX)
                    && name.endsWith(limit.name())) {
                return Optional.of(limit);
            }
        }
        return Optional.empty();
    }

    /** The number that prlimit(2) takes, which is the order above. */
    public int number() {
        return ordinal();
    }

    /** The kernel's name: {@code RLIMIT_NOFILE}. */
    public String fullName() {
        return PREFIX + name();
    }
}

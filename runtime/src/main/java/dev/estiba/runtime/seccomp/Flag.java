package dev.estiba.runtime.seccomp;

import java.util.Optional;

/** How a filter is installed: the flags of seccomp(2) that a profile may ask for. */
public enum Flag {
    /**
     * Gives all threads the filter. Taken and left out, as by runc: the process has one thread when it installs the
     * filter.
     */
    TSYNC("SECCOMP_FILTER_FLAG_TSYNC", 0),
    /** Logs every action but ALLOW. */
    LOG("SECCOMP_FILTER_FLAG_LOG", 1 << 1),
    /** Leaves speculative store bypass on. */
    SPEC_ALLOW("SECCOMP_FILTER_FLAG_SPEC_ALLOW", 1 << 2),
    /** A notification that was received waits uninterruptibly; the kernel takes it only together with a listener. */
    WAIT_KILLABLE_RECV("SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", 1 << 5);

    private final String specName;
    private final int bit;

    Flag(String specName, int bit) {
        this.specName = specName;
        this.bit = bit;
    }

    /** The flag of exactly that name in the OCI specification. */
    public static Optional<Flag> named(String specName) {
        for (Flag flag : values()) {
            if (flag.specName.equals(specName)) {
                return Optional.of(flag);
            }
        }
        return Optional.empty();
    }

    public String specName() {
        return specName;
    }

    /** The bit in linux/seccomp.h; 0 for a flag that is never handed to the kernel. */
    public int bit() {
        return bit;
    }
}

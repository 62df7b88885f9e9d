package dev.estiba.runtime.seccomp;

import java.util.Optional;

/** What the kernel does with a call: seccomp(2), linux/seccomp.h, most restrictive first. */
public enum Action {
    KILL_PROCESS("SCMP_ACT_KILL_PROCESS", 0x80000000),
    KILL_THREAD("SCMP_ACT_KILL_THREAD", 0x00000000),
    TRAP("SCMP_ACT_TRAP", 0x00030000),
    ERRNO("SCMP_ACT_ERRNO", 0x00050000),
    NOTIFY("SCMP_ACT_NOTIFY", 0x7fc00000),
    TRACE("SCMP_ACT_TRACE", 0x7ff00000),
    LOG("SCMP_ACT_LOG", 0x7ffc0000),
    ALLOW("SCMP_ACT_ALLOW", 0x7fff0000);

    /** The older name of KILL_THREAD, still the usual one in profiles. */
    private static final String KILL = "SCMP_ACT_KILL";

    private final String specName;
    private final int value;

    Action(String specName, int value) {
        this.specName = specName;
        this.value = value;
    }

    /** The action of exactly that name in the OCI specification, {@code SCMP_ACT_KILL} included. */
    public static Optional<Action> named(String specName) {
        if (specName.equals(KILL)) {
            return Optional.of(KILL_THREAD);
        }
        for (Action action : values()) {
            if (action.specName.equals(specName)) {
                return Optional.of(action);
            }
        }
        return Optional.empty();
    }

    public String specName() {
        return specName;
    }

    /** The upper half of what a filter returns (SECCOMP_RET_ACTION_FULL). */
    int value() {
        return value;
    }

    /** Whether the lower half of what a filter returns means something: an errno, or a number for the tracer. */
    boolean takesData() {
        return switch (this) {
            case ERRNO, TRACE -> true;
            case KILL_PROCESS, KILL_THREAD, TRAP, NOTIFY, LOG, ALLOW -> false;
        };
    }

    /**
     * Whether runc takes the action, as a default, for one that lets unknown calls through: a tracer should see calls
     * that it does not know rather than have them answered for it.
     */
    boolean letsThrough() {
        return switch (this) {
            case TRACE, LOG, ALLOW -> true;
            case KILL_PROCESS, KILL_THREAD, TRAP, ERRNO, NOTIFY -> false;
        };
    }
}

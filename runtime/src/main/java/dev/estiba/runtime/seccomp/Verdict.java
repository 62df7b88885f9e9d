package dev.estiba.runtime.seccomp;

import dev.estiba.linux.number.Errno;
import java.util.OptionalInt;

/**
 * What a filter returns for a call: an action in the upper half, its data in the lower (seccomp(2)).
 *
 * @param value as the kernel gets it
 */
public record Verdict(int value) {
    static final Verdict ALLOW = new Verdict(Action.ALLOW.value());
    /** For a calling convention that the profile does not list: libseccomp's SCMP_ACT_KILL, which runc leaves so. */
    static final Verdict BAD_ARCHITECTURE = new Verdict(Action.KILL_THREAD.value());

    static final Verdict NO_SUCH_CALL = new Verdict(Action.ERRNO.value() | Errno.ENOSYS.number());

    private static final int DATA = 0xffff;
    /** MAX_ERRNO of the kernel's linux/err.h; seccomp answers it in place of anything larger. */
    private static final int MAX_ERRNO = 4095;

    static void checkData(Action action, OptionalInt errnoRet) {
        if (errnoRet.isEmpty() || !action.takesData()) {
            return;
        }
        int max = action == Action.ERRNO ? MAX_ERRNO : DATA;
        int data = errnoRet.getAsInt();
        if (data < 0 || data > max) {
            throw new IllegalArgumentException(
                    "errnoRet of " + action.specName() + " is " + data + "; it can be 0 to " + max);
        }
    }

    static Verdict of(Action action, OptionalInt errnoRet) {
        return new Verdict(
                action.takesData() ? action.value() | errnoRet.orElse(Errno.EPERM.number()) : action.value());
    }

    /** The action; one that this code does not know is what the kernel makes of it, KILL_PROCESS (seccomp(2)). */
    public Action action() {
        int upper = value & ~DATA;
        for (Action action : Action.values()) {
            if (action.value() == upper) {
                return action;
            }
        }
        return Action.KILL_PROCESS;
    }

    /** The lower 16 bits: for ERRNO the errno, for TRACE the number that the tracer gets. */
    public int data() {
        return value & DATA;
    }

    /** Whether the kernel, having to choose between the two, would take this one: the order of seccomp(2). */
    boolean isStricterThan(Verdict other) {
        // The kernel compares the upper halves as signed numbers, so that KILL_PROCESS (the sign bit) comes first.
        return (value & ~DATA) < (other.value & ~DATA);
    }

    /** {@code ALLOW}, {@code ERRNO(EPERM)}, {@code TRACE(7)}. */
    @Override
    public String toString() {
        Action action = action();
        return switch (action) {
            case ERRNO -> "ERRNO(" + Errno.of(data()).map(Errno::name).orElse(Integer.toString(data())) + ")";
            case TRACE -> "TRACE(" + data() + ")";
            case KILL_PROCESS, KILL_THREAD, TRAP, NOTIFY, LOG, ALLOW -> action.name();
        };
    }
}

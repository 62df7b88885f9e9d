package dev.estiba.runtime.seccomp;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A seccomp profile. What it means is written at the package.
 *
 * @param defaultAction for calls that no rule matches
 * @param defaultErrnoRet for ERRNO the errno, for TRACE the number that the tracer gets; EPERM when absent
 * @param architectures those whose calls are looked at; the machine's own is always one of them
 * @param flags how the filter is installed
 * @param rules in the order of the document
 */
public record Profile(
        Action defaultAction,
        OptionalInt defaultErrnoRet,
        List<Architecture> architectures,
        Set<Flag> flags,
        List<Rule> rules) {
    public Profile {
        architectures = List.copyOf(architectures);
        flags = Set.copyOf(flags);
        rules = List.copyOf(rules);
        Verdict.checkData(defaultAction, defaultErrnoRet);
    }

    /** The verdict on calls that no rule matches. */
    Verdict defaultVerdict() {
        return Verdict.of(defaultAction, defaultErrnoRet);
    }

    /** Whether it leaves calls to a listener. */
    boolean notifies() {
        return rules.stream().anyMatch(rule -> rule.action() == Action.NOTIFY);
    }

    /** The flags as bits for seccomp(2), without those that the kernel would refuse for lack of a listener. */
    int flagBits() {
        int bits = notifies() ? FilterProgram.NEW_LISTENER : 0;
        for (Flag flag : flags) {
            // EINVAL without SECCOMP_FILTER_FLAG_NEW_LISTENER (kernel/seccomp.c).
            if (flag != Flag.WAIT_KILLABLE_RECV || notifies()) {
                bits |= flag.bit();
            }
        }
        return bits;
    }
}

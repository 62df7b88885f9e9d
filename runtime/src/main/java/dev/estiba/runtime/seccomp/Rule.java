package dev.estiba.runtime.seccomp;

import java.util.List;
import java.util.OptionalInt;

/**
 * What happens to some calls, always or under conditions.
 *
 * @param names calls as the kernel's headers name them; names that no table knows are ignored
 * @param action what the kernel does
 * @param errnoRet for ERRNO the errno, for TRACE the number that the tracer gets; EPERM when absent; unused otherwise
 * @param args all must hold; two on the same argument make one rule of each condition, as in runc
 */
public record Rule(List<String> names, Action action, OptionalInt errnoRet, List<ArgCheck> args) {
    public Rule {
        names = List.copyOf(names);
        args = List.copyOf(args);
        if (names.isEmpty()) {
            throw new IllegalArgumentException("a seccomp rule names no system call");
        }
        if (names.contains("")) {
            throw new IllegalArgumentException("a seccomp rule has an empty string among its system calls");
        }
        Verdict.checkData(action, errnoRet);
    }

    /** The verdict of this rule where it matches. */
    Verdict verdict() {
        return Verdict.of(action, errnoRet);
    }
}

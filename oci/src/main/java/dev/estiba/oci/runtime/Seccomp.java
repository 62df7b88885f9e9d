package dev.estiba.oci.runtime;

import dev.estiba.oci.json.SpecName;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A system call filter: {@code linux.seccomp} of config-linux.md.
 *
 * @param defaultAction for calls that no rule names
 * @param defaultErrnoRet 0 to 65535: seccomp(2) carries 16 bits of data
 * @param architectures {@code SCMP_ARCH_X86_64} and the like, as text
 * @param flags {@code SECCOMP_FILTER_FLAG_LOG} and the like, as text
 * @param listenerPath socket that gets the notification descriptor
 * @param listenerMetadata text for whoever listens there
 * @param syscalls rules
 */
public record Seccomp(
        Action defaultAction,
        OptionalInt defaultErrnoRet,
        List<String> architectures,
        List<String> flags,
        Optional<String> listenerPath,
        Optional<String> listenerMetadata,
        List<SeccompRule> syscalls) {
    /** SECCOMP_RET_DATA of seccomp(2). */
    public static final int MAX_DATA = 0xffff;

    public Seccomp {
        architectures = List.copyOf(architectures);
        flags = List.copyOf(flags);
        listenerPath = Copies.nonEmpty(listenerPath);
        listenerMetadata = Copies.nonEmpty(listenerMetadata);
        syscalls = List.copyOf(syscalls);
        Ranges.between("defaultErrnoRet", defaultErrnoRet, 0, MAX_DATA);
    }

    /** The nine actions; KILL is an older name of KILL_THREAD. */
    public enum Action implements SpecName {
        KILL("SCMP_ACT_KILL"),
        KILL_PROCESS("SCMP_ACT_KILL_PROCESS"),
        KILL_THREAD("SCMP_ACT_KILL_THREAD"),
        TRAP("SCMP_ACT_TRAP"),
        ERRNO("SCMP_ACT_ERRNO"),
        TRACE("SCMP_ACT_TRACE"),
        ALLOW("SCMP_ACT_ALLOW"),
        LOG("SCMP_ACT_LOG"),
        NOTIFY("SCMP_ACT_NOTIFY");

        private final String specName;

        Action(String specName) {
            this.specName = specName;
        }

        @Override
        public String specName() {
            return specName;
        }

        /** The action that the specification calls by this name, upper and lower case told apart. */
        public static Optional<Action> named(String name) {
            return Copies.named(values(), name);
        }
    }
}

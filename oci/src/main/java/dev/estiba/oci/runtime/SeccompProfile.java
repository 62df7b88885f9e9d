package dev.estiba.oci.runtime;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A seccomp profile as it stands in a file of its own, for {@code --security-opt seccomp=FILE}: the format of Docker (moby,
 * profiles/seccomp/seccomp.go), which podman and others read as well. It is {@code linux.seccomp} of config-linux.md and
 * says in addition where a rule holds, so that one file serves many machines and containers.
 *
 * @param defaultAction for calls that no rule names; a profile that has neither it nor rules filters nothing
 * @param defaultErrnoRet 0 to 65535: seccomp(2) carries 16 bits of data
 * @param architectures {@code SCMP_ARCH_X86_64} and the like, as text, for all machines
 * @param archMap the same for each machine; a file has one of the two
 * @param flags {@code SECCOMP_FILTER_FLAG_LOG} and the like, as text
 * @param listenerPath socket that gets the notification descriptor
 * @param listenerMetadata text for whoever listens there
 * @param syscalls rules
 */
public record SeccompProfile(
        Optional<Seccomp.Action> defaultAction,
        OptionalInt defaultErrnoRet,
        List<String> architectures,
        List<Machine> archMap,
        List<String> flags,
        Optional<String> listenerPath,
        Optional<String> listenerMetadata,
        List<Rule> syscalls) {
    public SeccompProfile {
        architectures = List.copyOf(architectures);
        archMap = List.copyOf(archMap);
        flags = List.copyOf(flags);
        listenerPath = Copies.nonEmpty(listenerPath);
        listenerMetadata = Copies.nonEmpty(listenerMetadata);
        syscalls = List.copyOf(syscalls);
        Ranges.between("defaultErrnoRet", defaultErrnoRet, 0, Seccomp.MAX_DATA);
    }

    /**
     * The calling conventions of one machine: an entry of {@code archMap}.
     *
     * @param architecture the machine's own, {@code SCMP_ARCH_X86_64}
     * @param subArchitectures those that it also has
     */
    public record Machine(String architecture, List<String> subArchitectures) {
        public Machine {
            subArchitectures = List.copyOf(subArchitectures);
        }
    }

    /**
     * A rule and where it holds.
     *
     * @param name the one call of the format's first version; a rule has it or the names in {@code rule}
     * @param includes all that it wants must be there
     * @param excludes nothing that it wants may be there
     */
    public record Rule(Optional<String> name, SeccompRule rule, Circumstance includes, Circumstance excludes) {
        public Rule {
            name = Copies.nonEmpty(name);
        }
    }

    /**
     * What {@code includes} and {@code excludes} ask for; what is empty asks for nothing.
     *
     * @param capabilities {@code CAP_SYS_ADMIN} and the like, as text, in the container's bounding set
     * @param machines as Go calls them: amd64, arm64
     * @param minKernel the kernel, at least
     */
    public record Circumstance(List<String> capabilities, List<String> machines, Optional<KernelVersion> minKernel) {
        public static final Circumstance NONE = new Circumstance(List.of(), List.of(), Optional.empty());

        public Circumstance {
            capabilities = List.copyOf(capabilities);
            machines = List.copyOf(machines);
        }
    }

    /**
     * The first two numbers of a kernel's version.
     *
     * @param version the 4 of 4.8, 0 to 255
     * @param major the 8 of 4.8, as the profile's format calls it, 0 to 255
     */
    public record KernelVersion(int version, int major) {
        /** strconv.ParseUint(…, 10, 8) of the format's own reader. */
        static final int MOST = 255;

        public KernelVersion {
            Ranges.between("version", version, 0, MOST);
            Ranges.between("major", major, 0, MOST);
        }
    }
}

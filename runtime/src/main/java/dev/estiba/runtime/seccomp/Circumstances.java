package dev.estiba.runtime.seccomp;

import dev.estiba.linux.Host;
import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.Capability;
import dev.estiba.oci.runtime.SeccompProfile.Circumstance;
import dev.estiba.oci.runtime.SeccompProfile.KernelVersion;
import java.util.Optional;
import java.util.Set;

/**
 * What a profile of Docker's format is asked for: one container on one host. The rules are those of setupSeccomp in moby
 * (profiles/seccomp/seccomp_linux.go); names that nobody has, of a capability or of a machine, are simply not there.
 *
 * @param machine x86-64 or arm64
 * @param bounding the capabilities in the container's bounding set
 * @param kernel the running kernel
 */
public record Circumstances(Abi machine, Set<Capability> bounding, KernelRelease kernel) {
    public Circumstances {
        bounding = Set.copyOf(bounding);
        goName(machine);
    }

    /** Of a container with these capabilities on this host, as it is now. */
    public static Circumstances onThisHost(Set<Capability> bounding) {
        KernelRelease kernel = KernelRelease.parse(Host.release())
                .orElseThrow(() -> new IllegalStateException("a kernel of the release " + Host.release()));
        return new Circumstances(Host.abi(), bounding, kernel);
    }

    /** GOARCH. */
    static String goName(Abi machine) {
        return switch (machine) {
            case X86_64 -> "amd64";
            case ARM64 -> "arm64";
            case I386, X32, ARM ->
                throw new IllegalArgumentException("Docker's seccomp profile is for x86-64 and arm64, not " + machine);
        };
    }

    /** Whether a rule holds here. */
    boolean meet(Circumstance includes, Circumstance excludes) {
        return !isExcluded(excludes) && isIncluded(includes);
    }

    private boolean isIncluded(Circumstance wanted) {
        if (!wanted.machines().isEmpty() && !wanted.machines().contains(goName(machine))) {
            return false;
        }
        for (String name : wanted.capabilities()) {
            if (!has(name)) {
                return false;
            }
        }
        return wanted.minKernel().isEmpty() || isAtLeast(wanted.minKernel().get());
    }

    private boolean isExcluded(Circumstance unwanted) {
        if (unwanted.machines().contains(goName(machine))) {
            return true;
        }
        for (String name : unwanted.capabilities()) {
            if (has(name)) {
                return true;
            }
        }
        return unwanted.minKernel().isPresent()
                && isAtLeast(unwanted.minKernel().get());
    }

    private boolean has(String name) {
        Optional<Capability> capability = Capability.named(name);
        return capability.isPresent() && bounding.contains(capability.get());
    }

    private boolean isAtLeast(KernelVersion wanted) {
        return kernel.compareTo(new KernelRelease(wanted.version(), wanted.major())) >= 0;
    }
}

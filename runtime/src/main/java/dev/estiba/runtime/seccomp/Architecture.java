package dev.estiba.runtime.seccomp;

import dev.estiba.linux.number.Abi;
import java.util.Optional;

/**
 * An architecture that a profile can list: the names of the OCI runtime specification.
 *
 * <p>Those without a calling convention of ours cannot occur on the machines Estiba runs on. A profile that lists them
 * (a file that is meant for many machines does) is taken, and they change nothing.
 */
public enum Architecture {
    X86("SCMP_ARCH_X86", Abi.I386),
    X86_64("SCMP_ARCH_X86_64", Abi.X86_64),
    X32("SCMP_ARCH_X32", Abi.X32),
    ARM("SCMP_ARCH_ARM", Abi.ARM),
    AARCH64("SCMP_ARCH_AARCH64", Abi.ARM64),
    LOONGARCH64("SCMP_ARCH_LOONGARCH64"),
    M68K("SCMP_ARCH_M68K"),
    MIPS("SCMP_ARCH_MIPS"),
    MIPS64("SCMP_ARCH_MIPS64"),
    MIPS64N32("SCMP_ARCH_MIPS64N32"),
    MIPSEL("SCMP_ARCH_MIPSEL"),
    MIPSEL64("SCMP_ARCH_MIPSEL64"),
    MIPSEL64N32("SCMP_ARCH_MIPSEL64N32"),
    PPC("SCMP_ARCH_PPC"),
    PPC64("SCMP_ARCH_PPC64"),
    PPC64LE("SCMP_ARCH_PPC64LE"),
    S390("SCMP_ARCH_S390"),
    S390X("SCMP_ARCH_S390X"),
    SH("SCMP_ARCH_SH"),
    SHEB("SCMP_ARCH_SHEB"),
    PARISC("SCMP_ARCH_PARISC"),
    PARISC64("SCMP_ARCH_PARISC64"),
    RISCV64("SCMP_ARCH_RISCV64");

    private final String specName;
    private final Optional<Abi> abi;

    Architecture(String specName) {
        this.specName = specName;
        this.abi = Optional.empty();
    }

    Architecture(String specName, Abi abi) {
        this.specName = specName;
        this.abi = Optional.of(abi);
    }

    /** The architecture of exactly that name in the OCI specification. */
    public static Optional<Architecture> named(String specName) {
        for (Architecture architecture : values()) {
            if (architecture.specName.equals(specName)) {
                return Optional.of(architecture);
            }
        }
        return Optional.empty();
    }

    public String specName() {
        return specName;
    }

    /** The calling convention, where this code has its table. */
    public Optional<Abi> abi() {
        return abi;
    }
}

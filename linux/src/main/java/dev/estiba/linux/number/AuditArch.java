package dev.estiba.linux.number;

/**
 * The architecture as the kernel reports it to a seccomp filter and to the audit system (linux/audit.h): the ELF
 * machine, with bit 31 for 64-bit and bit 30 for little-endian calling conventions.
 *
 * <p>Only what the OCI runtime specification can name. x32 has no value of its own: it reports x86-64's and marks the
 * call's number instead ({@link Abi#X32_BIT}).
 */
public final class AuditArch {
    private static final int IS_64_BIT = 0x80000000;
    private static final int IS_LITTLE_ENDIAN = 0x40000000;
    /** Set with {@link #IS_64_BIT} for MIPS N32: 64-bit registers, 32-bit pointers. */
    private static final int MIPS64_N32 = 0x20000000;

    public static final int I386 = 3 | IS_LITTLE_ENDIAN;
    public static final int X86_64 = 62 | IS_64_BIT | IS_LITTLE_ENDIAN;
    public static final int ARM = 40 | IS_LITTLE_ENDIAN;
    public static final int AARCH64 = 183 | IS_64_BIT | IS_LITTLE_ENDIAN;
    public static final int LOONGARCH64 = 258 | IS_64_BIT | IS_LITTLE_ENDIAN;
    public static final int M68K = 4;
    public static final int MIPS = 8;
    public static final int MIPS64 = 8 | IS_64_BIT;
    public static final int MIPS64N32 = 8 | IS_64_BIT | MIPS64_N32;
    public static final int MIPSEL = 8 | IS_LITTLE_ENDIAN;
    public static final int MIPSEL64 = 8 | IS_64_BIT | IS_LITTLE_ENDIAN;
    public static final int MIPSEL64N32 = 8 | IS_64_BIT | IS_LITTLE_ENDIAN | MIPS64_N32;
    public static final int PARISC = 15;
    public static final int PARISC64 = 15 | IS_64_BIT;
    public static final int PPC = 20;
    public static final int PPC64 = 21 | IS_64_BIT;
    public static final int PPC64LE = 21 | IS_64_BIT | IS_LITTLE_ENDIAN;
    public static final int RISCV64 = 243 | IS_64_BIT | IS_LITTLE_ENDIAN;
    public static final int S390 = 22;
    public static final int S390X = 22 | IS_64_BIT;
    /** Big-endian; OCI and libseccomp call this one SHEB and the little-endian one SH. */
    public static final int SH = 42;

    public static final int SHEL = 42 | IS_LITTLE_ENDIAN;

    private AuditArch() {}
}

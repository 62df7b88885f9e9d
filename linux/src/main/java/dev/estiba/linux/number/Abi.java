package dev.estiba.linux.number;

/**
 * A way to call the kernel: which numbers its calls have, how wide an argument is, and how it looks to a filter.
 *
 * <p>These five are all that can occur on the machines Estiba runs on: x86-64 with its i386 and x32 modes, arm64 with
 * its 32-bit EABI.
 */
public enum Abi {
    X86_64(AuditArch.X86_64, 64),
    I386(AuditArch.I386, 32),
    X32(AuditArch.X86_64, 32),
    ARM64(AuditArch.AARCH64, 64),
    ARM(AuditArch.ARM, 32);

    /** What tells an x32 call from an x86-64 one: bit 30 of its number (__X32_SYSCALL_BIT in asm/unistd.h). */
    public static final int X32_BIT = 0x40000000;

    private final int auditArch;
    private final int wordBits;

    Abi(int auditArch, int wordBits) {
        this.auditArch = auditArch;
        this.wordBits = wordBits;
    }

    /** The value in seccomp_data.arch; the same for x86-64 and x32. */
    public int auditArch() {
        return auditArch;
    }

    /** The size of a pointer and of a C {@code long} in this calling convention, in bits: 32 or 64. */
    public int wordBits() {
        return wordBits;
    }
}

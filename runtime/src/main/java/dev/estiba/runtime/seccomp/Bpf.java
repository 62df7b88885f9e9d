package dev.estiba.runtime.seccomp;

/**
 * The part of classic BPF that filters use (linux/bpf_common.h) and the data that they look at (struct seccomp_data of
 * linux/seccomp.h, which is little-endian on all our machines).
 *
 * <p>Only what the kernel can also run ahead of time: at installation it runs the filter for each call number without
 * arguments, and a call that is then allowed skips the filter for ever (seccomp_cache_prepare in kernel/seccomp.c).
 */
final class Bpf {
    static final int LOAD_WORD = 0x20; // BPF_LD | BPF_W | BPF_ABS
    static final int AND = 0x54; // BPF_ALU | BPF_AND | BPF_K
    static final int JUMP = 0x05; // BPF_JMP | BPF_JA
    static final int JUMP_IF_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    static final int JUMP_IF_GREATER = 0x25; // BPF_JMP | BPF_JGT | BPF_K
    static final int JUMP_IF_GREATER_OR_EQUAL = 0x35; // BPF_JMP | BPF_JGE | BPF_K
    static final int JUMP_IF_ANY_BIT = 0x45; // BPF_JMP | BPF_JSET | BPF_K
    static final int RETURN = 0x06; // BPF_RET | BPF_K

    /** Conditional jumps have eight bits for the number of instructions to skip. */
    static final int FARTHEST = 255;

    static final int NUMBER = 0;
    static final int ARCH = 4;
    private static final int ARGUMENTS = 16;
    static final int DATA_BYTES = 64;

    private Bpf() {}

    /** Where the lower half of an argument lies in the data. */
    static int lowWord(int argument) {
        return ARGUMENTS + 8 * argument;
    }

    static int highWord(int argument) {
        return lowWord(argument) + 4;
    }
}

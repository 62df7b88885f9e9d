package dev.estiba.runtime.seccomp;

import java.util.Arrays;

/**
 * A filter ready for seccomp(2): classic BPF, struct sock_filter after struct sock_filter.
 *
 * @param instructions eight bytes each, little-endian: code (16 bits), jt, jf, k (32 bits); copied in and out
 * @param flags for the call, SECCOMP_FILTER_FLAG_*; 0 when prctl(2) would do
 */
public record FilterProgram(byte[] instructions, int flags) {
    /** sizeof(struct sock_filter): linux/filter.h. */
    public static final int INSTRUCTION_BYTES = 8;

    /** BPF_MAXINSNS of linux/bpf_common.h: what the kernel takes. */
    public static final int MAX_INSTRUCTIONS = 4096;

    /** SECCOMP_FILTER_FLAG_NEW_LISTENER of linux/seccomp.h. */
    static final int NEW_LISTENER = 1 << 3;

    public FilterProgram {
        instructions = instructions.clone();
        if (instructions.length == 0
                || instructions.length % INSTRUCTION_BYTES != 0
                || instructions.length > MAX_INSTRUCTIONS * INSTRUCTION_BYTES) {
            throw new IllegalArgumentException(
                    instructions.length + " bytes are no filter: it has 1 to " + MAX_INSTRUCTIONS + " times 8 bytes");
        }
    }

    @Override
    public byte[] instructions() {
        return instructions.clone();
    }

    /** The number of instructions: sock_fprog.len. */
    public int length() {
        return instructions.length / INSTRUCTION_BYTES;
    }

    /** Whether the call that installs it answers a descriptor, on which somebody must answer calls. */
    public boolean notifies() {
        return (flags & NEW_LISTENER) != 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FilterProgram program
                && flags == program.flags
                && Arrays.equals(instructions, program.instructions);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(instructions) + flags;
    }

    @Override
    public String toString() {
        return "FilterProgram[" + length() + " instructions, flags " + flags + "]";
    }
}

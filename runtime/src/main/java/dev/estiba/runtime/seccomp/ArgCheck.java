package dev.estiba.runtime.seccomp;

/**
 * A condition on one argument of a call.
 *
 * @param index which argument, 0 to 5
 * @param value unsigned; for MASKED_EQ the mask
 * @param valueTwo unsigned; for MASKED_EQ what the masked argument must equal, else unused
 * @param op the comparison, argument on its left side
 */
public record ArgCheck(int index, long value, long valueTwo, Operator op) {
    /** A system call has at most six arguments: syscall(2). */
    public static final int MAX_INDEX = 5;

    public ArgCheck {
        if (index < 0 || index > MAX_INDEX) {
            throw new IllegalArgumentException(
                    "a system call has no argument " + index + "; they are 0 to " + MAX_INDEX);
        }
    }
}

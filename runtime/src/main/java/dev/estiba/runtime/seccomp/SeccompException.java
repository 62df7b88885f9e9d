package dev.estiba.runtime.seccomp;

import java.io.Serial;

/** A profile that cannot become a filter; the message says which part of it, and why. */
public final class SeccompException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    SeccompException(String message) {
        super(message);
    }

    static SeccompException tooLong() {
        return new SeccompException("the seccomp profile needs more than " + FilterProgram.MAX_INSTRUCTIONS
                + " filter instructions, which is all that the kernel takes");
    }
}

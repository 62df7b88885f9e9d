package dev.estiba.runtime.command;

/** The command line cannot be followed: what is wrong with it, in a sentence. */
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message, null, false, false);
    }
}

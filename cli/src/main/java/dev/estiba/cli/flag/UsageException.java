package dev.estiba.cli.flag;

/** A command line that cannot be understood; says what is wrong with it. */
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    /** @param status of the command: Docker's has 125 for flags and 1 for arguments */
    public UsageException(int status, String message) {
        super(message);
        this.status = status;
    }

    public int status() {
        return status;
    }

    public String message() {
        return String.valueOf(getMessage());
    }
}

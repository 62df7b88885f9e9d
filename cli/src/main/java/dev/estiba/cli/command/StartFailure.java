package dev.estiba.cli.command;

/** The exit status after a start that failed, read from the sentence as Docker's command does. */
final class StartFailure {
    private static final int FAILED = 125, NOT_EXECUTABLE = 126, NOT_FOUND = 127;

    private StartFailure() {}

    static int status(String message) {
        if (message.contains("executable file not found") || message.contains("no such file or directory")) {
            return NOT_FOUND;
        }
        if (message.contains("permission denied")
                || message.contains("is a directory")
                || message.contains("exec format error")) {
            return NOT_EXECUTABLE;
        }
        return FAILED;
    }
}

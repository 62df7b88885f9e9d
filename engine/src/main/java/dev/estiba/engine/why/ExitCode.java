package dev.estiba.engine.why;

import dev.estiba.linux.number.Signal;

/** What exit codes mean: by convention, and by what is known of who has made them. */
public final class ExitCode {
    private static final int OF_A_SIGNAL = 128;

    private ExitCode() {}

    /** @param signal that has ended the process; 0: none, or nobody knows */
    public static String meaning(int code, int signal) {
        if (signal > 0) {
            return "it was ended by " + name(signal) + " (128 + " + signal + "): " + cause(signal);
        }
        return switch (code) {
            case 0 -> "it has done what it was to do";
            case 1 -> "its program reports an error";
            case 2 -> "its program reports an error; of many programs: wrong arguments";
            case 125 -> "the container could not be made";
            case 126 -> "its program is there and cannot be executed";
            case 127 -> "its program, or one that a shell was to start, was not found";
            case 255 -> "its program reports -1, or nobody saw it end";
            default ->
                code > OF_A_SIGNAL && code <= OF_A_SIGNAL + 64
                        ? "its program says by itself that " + name(code - OF_A_SIGNAL)
                                + " ended it or one of its children"
                        : "a status of its program's own";
        };
    }

    public static String name(int signal) {
        return new Signal(signal).toString();
    }

    private static String cause(int signal) {
        return switch (signal) {
            case 4 -> "a machine instruction that this processor does not know";
            case 6 -> "it gave up by itself (abort)";
            case 7 -> "memory that was mapped and is not there, such as a file that was cut";
            case 8 -> "an arithmetic error, such as a division by zero";
            case 9 -> "killed from outside; it had no chance to tidy up";
            case 11 -> "memory that is not its own (segmentation fault)";
            case 13 -> "it wrote into a pipe that nobody reads";
            case 15 -> "asked to end, and had no handler for that";
            case 24 -> "its limit of processor time";
            case 25 -> "its limit of a file's size";
            case 31 -> "a system call that its seccomp profile forbids";
            default -> "a signal that it did not handle";
        };
    }
}

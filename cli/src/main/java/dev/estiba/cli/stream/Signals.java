package dev.estiba.cli.stream;

import java.util.Set;

/** Which of a caller's signals are meant for the container, signal(7). */
public final class Signals {
    public static final int HUP = 1, INT = 2, TERM = 15;

    /** PIPE, CHLD, CONT, STOP, TSTP, TTIN, TTOU, URG, WINCH: they are about the caller's own process and terminal. */
    private static final Set<Integer> OWN = Set.of(13, 17, 18, 19, 20, 21, 22, 23, 28);

    private Signals() {}

    public static boolean isForContainer(int signal) {
        return !OWN.contains(signal);
    }

    /** Whether a command that has no use for it is to end. */
    public static boolean ends(int signal) {
        return signal == HUP || signal == INT || signal == TERM;
    }
}

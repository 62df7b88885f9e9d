package dev.estiba.linux.number;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A signal by its number: signal(7), asm-generic/signal.h, the same for x86-64 and arm64.
 *
 * <p>Real-time signals are counted as the GNU C library counts them: RTMIN is 34 (32 and 33 belong to its threads) and
 * RTMAX is 64. runc, Docker and kill(1) mean these numbers when they are given a name.
 *
 * @param number 1 to 64
 */
public record Signal(int number) {
    public static final Signal HUP = new Signal(1);
    public static final Signal INT = new Signal(2);
    public static final Signal QUIT = new Signal(3);
    public static final Signal KILL = new Signal(9);
    public static final Signal TERM = new Signal(15);
    public static final Signal CHLD = new Signal(17);
    public static final Signal CONT = new Signal(18);
    public static final Signal STOP = new Signal(19);
    public static final Signal TSTP = new Signal(20);
    public static final Signal WINCH = new Signal(28);

    /** The first and the last real-time signal that a program may use. */
    public static final int RTMIN = 34;

    public static final int RTMAX = 64;

    /** From this number on a name is counted down from RTMAX, as bash and kill -l do. */
    private static final int NEARER_TO_RTMAX = 50;

    private static final String[] NAMES = {
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
        "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
        "WINCH", "IO", "PWR", "SYS"
    };

    private static final Map<String, Integer> BY_NAME = indexByName();

    public Signal {
        if (number < 1 || number > RTMAX) {
            throw new IllegalArgumentException("no signal has the number " + number + "; they are 1 to " + RTMAX);
        }
    }

    private static Map<String, Integer> indexByName() {
        Map<String, Integer> byName = new HashMap<>();
        for (int i = 0; i < NAMES.length; i++) {
            byName.put(NAMES[i], i + 1);
        }
        byName.put("IOT", 6);
        byName.put("CLD", 17);
        byName.put("POLL", 29);
        for (int number = RTMIN; number <= RTMAX; number++) {
            byName.put(number == RTMIN ? "RTMIN" : "RTMIN+" + (number - RTMIN), number);
            byName.put(number == RTMAX ? "RTMAX" : "RTMAX-" + (RTMAX - number), number);
        }
        return Map.copyOf(byName);
    }

    /**
     * The signal that a person or a caller wrote: a number, or a name in any case, with or without SIG, {@code RTMIN+3}
     * and {@code RTMAX-3} included. Empty when it is none; 0, which kill(2) uses to ask, is none.
     */
    public static Optional<Signal> parse(String text) {
        if (!text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            int number = Integer.parseInt(text);
            return number >= 1 && number <= RTMAX ? Optional.of(new Signal(number)) : Optional.empty();
        }
        String name = text.toUpperCase(Locale.ROOT);
        if (name.startsWith("SIG")) {
            name = name.substring(3);
        }
        return Optional.ofNullable(BY_NAME.get(name)).map(Signal::new);
    }

    /** The name with SIG before it; for 32 and 33, which have none, {@code SIG32} and {@code SIG33}. */
    public String name() {
        if (number <= NAMES.length) {
            return "SIG" + NAMES[number - 1];
        }
        if (number < RTMIN) {
            return "SIG" + number;
        }
        if (number < NEARER_TO_RTMAX) {
            return number == RTMIN ? "SIGRTMIN" : "SIGRTMIN+" + (number - RTMIN);
        }
        return number == RTMAX ? "SIGRTMAX" : "SIGRTMAX-" + (RTMAX - number);
    }

    @Override
    public String toString() {
        return name();
    }
}

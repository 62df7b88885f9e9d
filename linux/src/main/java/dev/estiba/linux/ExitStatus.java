package dev.estiba.linux;

import dev.estiba.linux.number.Signal;

/** How a process has ended: wait(2). */
public sealed interface ExitStatus {
    /** By itself, with that code, 0 to 255. */
    record Exited(int code) implements ExitStatus {
        public Exited {
            if (code < 0 || code > 255) {
                throw new IllegalArgumentException("no exit code: " + code);
            }
        }
    }

    /** Killed by that signal. */
    record Killed(Signal signal, boolean dumpedCore) implements ExitStatus {}

    /** The status that wait4(2) gives for a process that has ended. */
    static ExitStatus ofWait(int status) {
        int signal = status & 0x7f;
        return signal == 0 ? new Exited((status >> 8) & 0xff) : new Killed(new Signal(signal), (status & 0x80) != 0);
    }

    /** As a shell says it: the code, or 128 and the signal's number. */
    default int shell() {
        return switch (this) {
            case Exited exited -> exited.code();
            case Killed killed -> 128 + killed.signal().number();
        };
    }
}

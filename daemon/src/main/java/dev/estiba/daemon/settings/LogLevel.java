package dev.estiba.daemon.settings;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** {@code log-level} and {@code debug}: what of this program's own messages is written. */
public final class LogLevel {
    private static final String OURS = "dev.estiba";

    /** Held, because the JDK forgets a logger that nobody holds, with its level. */
    private final Logger ours = Logger.getLogger(OURS);

    public void set(DaemonFile file) {
        Level level = of(file);
        if (level.equals(Level.INFO) && ours.getLevel() == null) {
            return; // as the JDK has it
        }
        ours.setLevel(level);
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            handler.setLevel(Level.ALL);
        }
    }

    static Level of(DaemonFile file) {
        if (file.engine().isDebugged()) {
            return Level.FINE;
        }
        return switch (file.logLevel()) {
            case "debug" -> Level.FINE;
            case "warn" -> Level.WARNING;
            case "error" -> Level.SEVERE;
            case "fatal" -> Level.OFF;
            default -> Level.INFO;
        };
    }
}

package dev.estiba.engine.log;

import java.nio.file.Path;
import java.util.List;

/**
 * Where this host's own logs take entries.
 *
 * @param journal of systemd's journal
 * @param syslog where a syslog daemon may listen; the first that does is taken
 */
public record LogSockets(Path journal, List<Path> syslog) {
    public static final LogSockets STANDARD = new LogSockets(
            Path.of("/run/systemd/journal/socket"),
            List.of(Path.of("/dev/log"), Path.of("/var/run/syslog"), Path.of("/var/run/log")));

    public LogSockets {
        syslog = List.copyOf(syslog);
    }
}

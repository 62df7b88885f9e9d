package dev.estiba.daemon.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of this program's messages is written; of this process's own nothing is changed here. */
class LogLevelTest {
    @TempDir
    Path directory;

    private Level of(String document) throws IOException {
        Path file = directory.resolve("daemon.json");
        Files.writeString(file, document);
        return LogLevel.of(DaemonFile.read(file, true));
    }

    @Test
    void itIsWhatTheFileSays() throws Exception {
        assertThat(of("{}")).isEqualTo(Level.INFO);
        assertThat(of("{\"log-level\": \"warn\"}")).isEqualTo(Level.WARNING);
        assertThat(of("{\"log-level\": \"error\"}")).isEqualTo(Level.SEVERE);
        assertThat(of("{\"log-level\": \"fatal\"}")).isEqualTo(Level.OFF);
        assertThat(of("{\"log-level\": \"debug\"}")).isEqualTo(Level.FINE);
        assertThat(of("{\"log-level\": \"warn\", \"debug\": true}")).isEqualTo(Level.FINE);
    }
}

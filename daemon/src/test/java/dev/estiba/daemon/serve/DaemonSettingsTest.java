package dev.estiba.daemon.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.cli.command.DaemonCommand;
import dev.estiba.engine.EnginePaths;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaemonSettingsTest {
    private static final Map<String, String> CHOSEN =
            Map.of(DaemonSettings.DATA_ROOT, "/env/data", DaemonSettings.EXEC_ROOT, "/env/exec");

    @TempDir
    Path directory;

    private EnginePaths paths(Map<String, String> environment, String file, String... words) throws Exception {
        Path config = Files.writeString(directory.resolve("daemon.json"), file);
        List<String> all = new ArrayList<>(List.of("--config-file", config.toString()));
        all.addAll(List.of(words));
        return DaemonSettings.of(new DaemonCommand().flags().parse(all), environment)
                .paths();
    }

    /** The command goes by the environment, and is to find the daemon that was started in the same one. */
    @Test
    void theEnvironmentNamesDirectoriesThatNoFlagNames() throws Exception {
        assertThat(paths(Map.of(), "{}")).isEqualTo(EnginePaths.standard());
        assertThat(paths(CHOSEN, "{}")).isEqualTo(new EnginePaths(Path.of("/env/data"), Path.of("/env/exec")));
        assertThat(paths(CHOSEN, "{}", "--data-root", "/flag"))
                .isEqualTo(new EnginePaths(Path.of("/flag"), Path.of("/env/exec")));
        assertThat(paths(CHOSEN, "{\"exec-root\": \"/file\"}")).isEqualTo(paths(CHOSEN, "{}"));
        assertThat(paths(Map.of(), "{\"exec-root\": \"/file\"}").execRoot()).isEqualTo(Path.of("/file"));
    }
}

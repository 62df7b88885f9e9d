package dev.estiba.registry.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaemonConfigTest {
    @TempDir
    private Path directory;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    @Test
    void bothFilesCountAndTheRestIsDockerds() throws IOException {
        Path docker = file("docker.json", """
                {"registry-mirrors": ["https://mirror.example", "http://other.example:5000"],
                 "data-root": "/x", "log-opts": {"max-size": "10m"}, "bip": null, "hosts": ["fd://"],
                 "insecure-registries": ["10.0.0.0/8"]}
                """);
        Path own = file("own.json", """
                {"insecure-registries": ["registry.lan:5000", "10.0.0.0/8"], "registry-mirrors": ["https://mirror.example"]}
                """);
        DaemonConfig config = DaemonConfig.read(List.of(docker, directory.resolve("none"), own, file("empty", " \n")));
        assertThat(config.mirrors()).containsExactly("https://mirror.example", "http://other.example:5000");
        assertThat(config.insecure()).containsExactly("10.0.0.0/8", "registry.lan:5000");
    }

    @Test
    void whatIsNoConfigurationIsNamed() throws IOException {
        for (String text : List.of("[]", "{\"registry-mirrors\": \"x\"}", "{", "{} {}")) {
            Path file = file("bad.json", text);
            assertThatThrownBy(() -> DaemonConfig.read(List.of(file)))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(file + ": ");
        }
    }
}

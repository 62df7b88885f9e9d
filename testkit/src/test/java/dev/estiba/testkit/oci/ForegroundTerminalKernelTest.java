package dev.estiba.testkit.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.bundle.Bundle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container's terminal on a person's terminal, which script(1) holds the other end of. */
@Tag("kernel")
class ForegroundTerminalKernelTest {
    private static final Path SCRIPT = Path.of("/usr/bin/script");

    @TempDir
    private Path directory = Path.of("/");

    @Test
    void aLineBeginsAtTheLeft() throws Exception {
        assumeTrue(Files.isExecutable(SCRIPT), "there is no script(1) here to hold a terminal");
        try (Oci oci = Oci.of("estiba-oci", directory)) {
            String id = oci.newId();
            Bundle bundle = oci.bundle(id).probe("ls", "/bin");
            bundle.edit(config -> config.put("process.terminal", true));
            String command = System.getProperty("estiba.home") + "/bin/estiba-oci --root " + oci.states()
                    + " run --bundle " + bundle.configFile().getParent() + " " + id;
            Process process = new ProcessBuilder(SCRIPT.toString(), "-qfec", command, "/dev/null")
                    .redirectErrorStream(true)
                    .start(); // whose input stays open: at its end script(1) types an end of file of its own
            String screen = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            // The container's terminal leaves line feeds alone, and the person's must go on making them what it needs.
            assertThat(screen).contains("\"probe\"").endsWith("}\r\n");
            assertThat(process.exitValue()).isZero();
        }
    }
}

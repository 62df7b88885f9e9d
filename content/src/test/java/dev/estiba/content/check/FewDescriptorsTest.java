package dev.estiba.content.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** EMFILE by a real limit, at one place of a pull after the other: told in one line, with what to do, and nothing is half there. */
@Tag("kernel")
class FewDescriptorsTest {
    @TempDir
    Path directory;

    @Test
    void tooFewDescriptorsAreSaidAndLeaveNothing() throws Exception {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(
                        "bash",
                        "-c",
                        "ulimit -n 512; exec \"$@\"",
                        "bash",
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrowdedStore.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        String said = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(said).isZero();
        List<String> lines = said.lines().toList();
        assertThat(lines).as(said).hasSize(24);
        assertThat(lines)
                .allSatisfy(line -> assertThat(line).matches("[0-9]+: (|.*(EMFILE|Too many open files).*ulimit -n.*)"));
        assertThat(lines.getFirst()).contains("ulimit -n");
        assertThat(lines.getLast()).isEqualTo("80: ");
    }
}

package dev.estiba.content.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The programs of testkit/faults, which are built when they are first asked for. */
final class FaultTool {
    private FaultTool() {}

    static Path find(String name) throws IOException, InterruptedException {
        String repository = System.getProperty("estiba.repo", "");
        assumeTrue(!repository.isEmpty(), "estiba.repo is not set: run the tests by ./dev test");
        Path out = Path.of(repository, "build/faults");
        Process build = new ProcessBuilder(
                        "sh", Path.of(repository, "testkit/faults/build").toString(), out.toString())
                .redirectErrorStream(true)
                .start();
        build.getOutputStream().close();
        String words = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(build.waitFor()).as(words).isZero();
        return out.resolve(name);
    }
}

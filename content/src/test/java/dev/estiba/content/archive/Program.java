package dev.estiba.content.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another program that knows archives of images. */
record Program(Path directory, List<String> words) {
    /** Skips the test where there is none. */
    static Program find(Path directory, String name, String... words) {
        boolean isThere = List.of("/usr/bin", "/usr/local/bin", "/bin").stream()
                .anyMatch(each -> Files.isExecutable(Path.of(each, name)));
        assumeTrue(isThere, "needs " + name + ": apt-get install " + name);
        List<String> all = new ArrayList<>(List.of(name));
        all.addAll(List.of(words));
        return new Program(directory, all);
    }

    /** What it prints, when it succeeds. */
    String run(String... more) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of(more));
        Path output = Files.createTempFile(directory, "output", "");
        Path errors = Files.createTempFile(directory, "errors", "");
        try {
            ProcessBuilder builder = new ProcessBuilder(all).directory(directory.toFile());
            builder.redirectInput(Path.of("/dev/null").toFile());
            builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
            builder.environment().put("TMPDIR", directory.toString());
            int status = builder.start().waitFor();
            assertThat(status)
                    .as("status of %s: %s", all, Files.readString(errors, StandardCharsets.UTF_8))
                    .isZero();
            return Files.readString(output, StandardCharsets.UTF_8).strip();
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }
}

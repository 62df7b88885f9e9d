package dev.estiba.testkit.bundle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A program that ran to its end within a minute. */
record Run(int status, String output, String error) {
    static Run of(List<String> command) throws IOException, InterruptedException {
        return of(command, Optional.empty(), Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"));
    }

    static Run of(List<String> command, Optional<Path> directory, Map<String, String> environment)
            throws IOException, InterruptedException {
        // Files and not pipes: whoever inherits a pipe from a container keeps its reader waiting.
        Path out = Files.createTempFile("run", ".out");
        Path err = Files.createTempFile("run", ".err");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            directory.ifPresent(path -> builder.directory(path.toFile()));
            builder.environment().clear();
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command + " did not end within a minute");
            }
            return new Run(
                    process.exitValue(), Files.readString(out, StandardCharsets.ISO_8859_1), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** The probe's answers; its output is UTF-8 by construction. */
    Answers answers() {
        return Answers.parse(new String(output.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }
}

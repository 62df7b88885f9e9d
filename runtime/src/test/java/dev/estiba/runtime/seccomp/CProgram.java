package dev.estiba.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A C program of the test resources, compiled for one test. */
final class CProgram {
    private static final long DEADLINE_SECONDS = 60;

    private final Path directory;
    private final Path program;

    private CProgram(Path directory, Path program) {
        this.directory = directory;
        this.program = program;
    }

    /** Compiles it; skips the test, with the reason, where there is no compiler, or the machine is not x86-64. */
    static CProgram orSkip(Path directory, String source, String... options) throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "not an x86-64 machine: " + source + " is for one");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "no /usr/bin/gcc here for " + source);
        Path file = directory.resolve(source);
        try (InputStream in = CProgram.class.getResourceAsStream(source)) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        Path program = directory.resolve(source.replace(".c", ""));
        List<String> command = new ArrayList<>(List.of("/usr/bin/gcc", "-O1", "-Wall", "-Werror"));
        command.addAll(List.of("-o", program.toString(), file.toString()));
        command.addAll(List.of(options));
        Path errors = directory.resolve("gcc.err");
        int status = run(command, Path.of("/dev/null"), directory.resolve("gcc.out"), errors);
        assertThat(status).as("gcc: %s", Files.readString(errors)).isZero();
        return new CProgram(directory, program);
    }

    /** Runs it with that input; what it printed, when it ended well. */
    byte[] run(String input, String... arguments) throws Exception {
        Path in = directory.resolve("input");
        Files.writeString(in, input);
        Path output = directory.resolve("output");
        Path errors = directory.resolve("errors");
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        int status = run(command, in, output, errors);
        assertThat(status).as("%s: %s", program, Files.readString(errors)).isZero();
        return Files.readAllBytes(output);
    }

    private static int run(List<String> command, Path input, Path output, Path errors)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectInput(input.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(command.getFirst() + " did not end within " + DEADLINE_SECONDS + " s");
        }
        return process.exitValue();
    }
}

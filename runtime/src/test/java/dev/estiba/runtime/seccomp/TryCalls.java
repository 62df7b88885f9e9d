package dev.estiba.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program of try-calls.c: real calls under a real filter, each in a process of its own. */
final class TryCalls {
    private static final long DEADLINE_SECONDS = 60;

    private final Path directory;
    private final Path program;

    private TryCalls(Path directory, Path program) {
        this.directory = directory;
        this.program = program;
    }

    /**
     * A call to try.
     *
     * @param is32 by int $0x80, with an i386 number
     */
    record Call(boolean is32, int number, long... arguments) {
        String line() {
            StringBuilder line = new StringBuilder(is32 ? "32" : "64");
            line.append(' ').append(Integer.toHexString(number));
            for (int i = 0; i < 6; i++) {
                line.append(' ').append(Long.toHexString(i < arguments.length ? arguments[i] : 0));
            }
            return line.append('\n').toString();
        }
    }

    /** Compiles the program; skips the test, with the reason, where there is no compiler or another machine. */
    static TryCalls orSkip(Path directory) throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "not an x86-64 machine: no calls are tried here");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "no /usr/bin/gcc here: no calls are tried");
        Path source = directory.resolve("try-calls.c");
        try (InputStream in = TryCalls.class.getResourceAsStream("try-calls.c")) {
            Files.copy(in, source, StandardCopyOption.REPLACE_EXISTING);
        }
        Path program = directory.resolve("try-calls");
        List<String> command = List.of(
                "/usr/bin/gcc", "-static", "-O1", "-Wall", "-Werror", "-o", program.toString(), source.toString());
        Path errors = directory.resolve("gcc.err");
        assertThat(run(command, Path.of("/dev/null"), directory.resolve("gcc.out"), errors))
                .as("gcc: %s", Files.readString(errors))
                .isZero();
        return new TryCalls(directory, program);
    }

    /** What each call answers without any filter. */
    List<String> withoutFilter(List<Call> calls) throws Exception {
        return run("-", 0, calls);
    }

    /** What each call answers under the filter. */
    List<String> under(FilterProgram filter, List<Call> calls) throws Exception {
        Path file = directory.resolve("filter");
        Files.write(file, filter.instructions());
        return run(file.toString(), filter.flags(), calls);
    }

    private List<String> run(String filter, int flags, List<Call> calls) throws Exception {
        Path input = directory.resolve("calls");
        StringBuilder lines = new StringBuilder();
        calls.forEach(call -> lines.append(call.line()));
        Files.writeString(input, lines);
        Path output = directory.resolve("results");
        Path errors = directory.resolve("errors");
        int status = run(List.of(program.toString(), Integer.toString(flags), filter), input, output, errors);
        assertThat(status).as("try-calls: %s", Files.readString(errors)).isZero();
        List<String> results = new ArrayList<>(Files.readAllLines(output, StandardCharsets.US_ASCII));
        assertThat(results).hasSameSizeAs(calls);
        return results;
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

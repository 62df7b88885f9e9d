package dev.estiba.linux.number;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the C compiler of this machine and its headers say: the second source of every table and layout in this module. */
public final class CHeaders {
    private static final long DEADLINE_SECONDS = 60;

    private final Path directory;

    private CHeaders(Path directory) {
        this.directory = directory;
    }

    /** Skips the test, with the reason, where there is no C compiler. */
    public static CHeaders orSkip(Path directory) {
        boolean there = Files.isExecutable(Path.of("/usr/bin/gcc"));
        assumeTrue(there, "no /usr/bin/gcc here: the tables are not compared with the C headers");
        return new CHeaders(directory);
    }

    /** Skips the test, with the reason, where that header is not installed for the machine's own architecture. */
    void needs(String header) throws Exception {
        Run run = run(List.of("gcc", "-E", "-include", header, "-x", "c", "/dev/null"));
        assumeTrue(run.status == 0, "the C compiler does not find <" + header + "> here");
    }

    /** The names of all macros that match, after including that header with those definitions. */
    List<String> macros(Pattern name, String header, String... definitions) throws Exception {
        List<String> command = new ArrayList<>(List.of("gcc", "-E", "-dM"));
        command.addAll(List.of(definitions));
        command.addAll(List.of("-include", header, "-x", "c", "/dev/null"));
        Run run = run(command);
        assertThat(run.status).as("gcc -E -dM: " + run.errors).isZero();
        List<String> names = new ArrayList<>();
        Matcher matcher = Pattern.compile("(?m)^#define (\\w+) .+$").matcher(run.output);
        while (matcher.find()) {
            if (name.matcher(matcher.group(1)).matches()) {
                names.add(matcher.group(1));
            }
        }
        return names;
    }

    /** The values of these C expressions; what the headers do not define is left out. */
    Map<String, Long> values(List<String> macros, List<String> headers, String... definitions) throws Exception {
        StringBuilder source = new StringBuilder("#define _GNU_SOURCE\n#include <stdio.h>\n");
        headers.forEach(header -> source.append("#include <").append(header).append(">\n"));
        source.append("int main(void)\n{\n");
        for (String macro : macros) {
            source.append("#ifdef ").append(macro).append("\n");
            source.append("        printf(\"%s %lld\\n\", \"").append(macro).append("\", (long long) (");
            source.append(macro).append("));\n#endif\n");
        }
        source.append("        return 0;\n}\n");
        Map<String, Long> values = new LinkedHashMap<>();
        for (String line : runProgram(source.toString(), definitions).lines().toList()) {
            int space = line.indexOf(' ');
            values.put(line.substring(0, space), Long.parseLong(line.substring(space + 1)));
        }
        return values;
    }

    /** Compiles that program, runs it without arguments and answers what it printed. */
    public String runProgram(String source, String... definitions) throws Exception {
        Path file = Files.createTempFile(directory, "headers", ".c");
        Path program = Path.of(file.toString().replace(".c", ""));
        Files.writeString(file, source);
        List<String> command = new ArrayList<>(List.of("gcc", "-O0"));
        command.addAll(List.of(definitions));
        command.addAll(List.of("-o", program.toString(), file.toString()));
        Run compiled = run(command);
        assertThat(compiled.status).as("gcc: " + compiled.errors).isZero();
        Run ran = run(List.of(program.toString()));
        assertThat(ran.status).as("the program compiled from the headers").isZero();
        return ran.output;
    }

    private record Run(int status, String output, String errors) {}

    private Run run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "run", ".out");
        Path errors = Files.createTempFile(directory, "run", ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(command.get(0) + " did not end within " + DEADLINE_SECONDS + " s");
        }
        return new Run(
                process.exitValue(),
                Files.readString(output, StandardCharsets.UTF_8),
                Files.readString(errors, StandardCharsets.UTF_8));
    }
}

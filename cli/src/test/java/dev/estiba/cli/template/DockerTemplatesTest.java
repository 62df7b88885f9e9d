package dev.estiba.cli.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.cli.EstibaProgram;
import dev.estiba.cli.FakeCaller;
import dev.estiba.cli.remote.DaemonAddress;
import dev.estiba.cli.remote.DaemonClient;
import dev.estiba.cli.remote.FarEngine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Templates as the real docker command fills them in: both commands ask the same daemon. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DockerTemplatesTest {
    private Path socket;
    private Path config;
    private FixedDaemon daemon;

    /** A command, a template for it, and what docker answers. */
    record Case(List<String> command, String template, int status, String output) {
        @Override
        public String toString() {
            return String.join(" ", command) + " " + template;
        }
    }

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        config = directory;
        socket = directory.resolve("docker.sock");
        daemon = new FixedDaemon(socket);
    }

    @AfterAll
    void stop() throws IOException {
        daemon.close();
    }

    private static List<String> lines(String name) throws IOException {
        try (InputStream in = DockerTemplatesTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }

    static List<Case> cases() throws IOException {
        List<String> asked = lines("cases.txt");
        List<String> answers = lines("answers.txt");
        assertThat(answers).hasSameSizeAs(asked).hasSizeGreaterThan(200);
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            String[] parts = asked.get(i).split(" ~ ", 2);
            String[] answer = answers.get(i).split(" ", 2);
            cases.add(new Case(
                    List.of(parts[0].split(" ")), parts[1], Integer.parseInt(answer[0]), unescaped(answer[1])));
        }
        return cases;
    }

    private static String unescaped(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit == '\\') {
                char next = text.charAt(++i);
                unit = next == 'n' ? '\n' : next == 't' ? '\t' : next;
            }
            plain.append(unit);
        }
        return plain.toString();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isFilledInAsDockerDoes(Case each) {
        List<String> words = Stream.concat(each.command().stream(), Stream.of("--format", each.template()))
                .toList();
        FakeCaller caller = new FakeCaller(words.toArray(new String[0]));
        caller.environment = Map.of("TZ", "UTC");
        DaemonClient client = new DaemonClient(new DaemonAddress.Unix(socket));
        int status = new EstibaProgram(new FarEngine(client)).run(caller);
        String output = caller.printed() + caller.complained().replaceFirst("^estiba: ", "");
        assertThat(output).isEqualTo(each.output());
        assertThat(status).isEqualTo(each.status());
    }

    /** The docker command takes an image's names out of a map, so in another order each time. */
    private static boolean isTheSame(Case each, String output) {
        return each.command().contains("images")
                ? output.lines()
                        .sorted()
                        .toList()
                        .equals(each.output().lines().sorted().toList())
                : output.equals(each.output());
    }

    /** What is in answers.txt is what the docker command of this machine says. */
    @Test
    @Tag("peer")
    void theAnswersAreDockers() throws Exception {
        String path = System.getenv("PATH");
        assumeTrue(
                Arrays.stream(path.split(":")).anyMatch(place -> Files.isExecutable(Path.of(place, "docker"))),
                "there is no docker command");
        List<String> differences = new ArrayList<>();
        List<Case> all = cases();
        // A process each, which takes a tenth of a second: in the short form one of five.
        int step = Boolean.getBoolean("estiba.long") ? 1 : 5;
        for (int i = 0; i < all.size(); i += step) {
            Case each = all.get(i);
            List<String> words = new ArrayList<>(List.of("docker"));
            words.addAll(each.command());
            words.addAll(List.of("--format", each.template()));
            ProcessBuilder builder = new ProcessBuilder(words)
                    .directory(config.toFile())
                    .redirectInput(new java.io.File("/dev/null"))
                    .redirectError(config.resolve("err").toFile());
            Map<String, String> environment = builder.environment();
            environment.remove("DOCKER_CONTEXT");
            environment.putAll(
                    Map.of("DOCKER_HOST", "unix://" + socket, "DOCKER_CONFIG", config.toString(), "TZ", "UTC"));
            Process docker = builder.start();
            String output = new String(docker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(docker.waitFor(60, TimeUnit.SECONDS)).isTrue();
            output += Files.readString(config.resolve("err"));
            if (!isTheSame(each, output) || docker.exitValue() != each.status()) {
                differences.add(each + "\n  " + docker.exitValue() + " " + output);
            }
        }
        assertThat(differences).isEmpty();
    }
}

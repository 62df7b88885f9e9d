package dev.estiba.cli.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.api.Body;
import dev.estiba.api.Layout;
import dev.estiba.cli.FakeCaller;
import dev.estiba.cli.command.RunCommand;
import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Flag by flag: our body is the one that the real docker command sends, our refusal has its words. */
@Tag("peer")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DockerCommandTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("FROM_HERE", "it is");

    private Path directory;
    private DockerCapture docker;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        boolean hasDocker = Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, "docker")));
        assumeTrue(hasDocker, "there is no docker command");
        directory = temporary;
        docker = new DockerCapture(directory);
        Files.writeString(directory.resolve("env"), "# a comment\n\n  A=b c \nFROM_HERE\nNOT_HERE\nB=\n");
        Files.writeString(directory.resolve("labels"), "x=y\nlonely\n");
        Files.writeString(directory.resolve("bad-env"), "A B=c\n");
        Files.writeString(directory.resolve("seccomp.json"), "{ \"a b\" : [ 1,\n 2 ], \"q\\\"\" : \" x \" }\n");
        Files.writeString(directory.resolve("there"), "");
        Files.createDirectory(directory.resolve("directory"));
    }

    @AfterAll
    void stop() throws IOException {
        if (docker != null) {
            docker.close();
        }
    }

    /** Words between blanks; {@code ~} is a blank inside of a word. */
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>(List.of("run"));
        Arrays.stream(line.split(" "))
                .map(word -> word.replace('~', ' ').replace("''", ""))
                .forEach(words::add);
        return words;
    }

    static List<String> accepted() throws IOException {
        return lines("accepted.txt");
    }

    static List<String> refused() throws IOException {
        return lines("refused.txt");
    }

    private static List<String> lines(String name) throws IOException {
        try (var in = DockerCommandTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void theBodyIsDockers(String line) throws Exception {
        List<String> words = words(line);
        DockerCapture.Result theirs = docker.run(ENVIRONMENT, words);
        assertThat(theirs.body()).as("docker: %s", theirs.words()).isPresent();
        String body = new String(Body.CREATE_REQUEST.write(ours(words), Layout.COMPACT), StandardCharsets.UTF_8);
        assertThat(canonical(body)).isEqualTo(canonical(theirs.body().orElseThrow()));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void theRefusalHasDockersWords(String line) throws Exception {
        List<String> words = words(line);
        DockerCapture.Result theirs = docker.run(ENVIRONMENT, words);
        assertThat(theirs.body()).as("docker creates it").isEmpty();
        String refusal;
        try {
            ours(words);
            refusal = "accepted";
        } catch (BadValue e) {
            refusal = e.why();
        } catch (UsageException e) {
            refusal = e.message();
        }
        assertThat(refusal)
                .isEqualTo(theirs.words().strip().lines().findFirst().orElse("").replace("docker: ", ""));
        assertThat(theirs.status()).isEqualTo(125);
    }

    static List<String> profiles() {
        return JsonTextTest.DOCUMENTS;
    }

    /** The contents of a file for {@code --security-opt seccomp=}, each byte a character here. */
    @ParameterizedTest
    @MethodSource("profiles")
    void aSeccompProfileIsTakenOrRefusedAsByDocker(String contents) throws Exception {
        Files.write(directory.resolve("profile"), contents.getBytes(StandardCharsets.ISO_8859_1));
        String line = "--security-opt seccomp=profile hello";
        if (docker.run(ENVIRONMENT, words(line)).body().isPresent()) {
            theBodyIsDockers(line);
        } else {
            theRefusalHasDockersWords(line);
        }
    }

    @Test
    void noFlagOfDockersIsUnknown() throws Exception {
        String help = docker.run(ENVIRONMENT, List.of("run", "--help")).words();
        List<String> missing = help.lines()
                .map(String::strip)
                .filter(line -> line.matches("(-\\w, )?--[a-z].*"))
                .map(line -> line.replaceFirst("^(-\\w, )?--([\\w-]+).*", "$2"))
                .filter(name -> !name.equals("help"))
                .filter(name -> new RunCommand()
                        .flags().flags().stream().noneMatch(flag -> flag.name().equals(name)))
                .toList();
        assertThat(missing).containsExactly("use-api-socket");
    }

    private dev.estiba.api.CreateRequest ours(List<String> words) throws BadValue, UsageException {
        FakeCaller caller = new FakeCaller();
        caller.environment = ENVIRONMENT;
        caller.directory = directory;
        return CreateBody.of(new RunCommand().flags().parse(words.subList(1, words.size())), caller);
    }

    /** nil, an empty slice and an empty map are one to the daemon; Go escapes three characters for browsers, and U+FFFD. */
    private static String canonical(String json) {
        return withSortedEnvironment(json.strip())
                .replace("\\u003c", "<")
                .replace("\\u003e", ">")
                .replace("\\u0026", "&")
                .replace("\\ufffd", "\ufffd")
                .replace(":[]", ":null")
                .replace(":{}", ":null")
                .replace(",\"", "\n\"");
    }

    /** Docker's command has put it through a map, and sends it in another order each time (docker/cli, ParseProxyConfig). */
    private static String withSortedEnvironment(String json) {
        String begin = "\"Env\":[\"";
        int from = json.indexOf(begin) + begin.length();
        int to = json.indexOf("\"],\"Cmd\":", from);
        if (from < begin.length() || to < 0) {
            return json;
        }
        String[] variables = json.substring(from, to).split("\",\"", -1);
        Arrays.sort(variables);
        return json.substring(0, from) + String.join("\",\"", variables) + json.substring(to);
    }
}

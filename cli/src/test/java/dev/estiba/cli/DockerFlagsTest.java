package dev.estiba.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.cli.flag.Flag;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every command and flag that docker 28.5 shows in its help is ours, or in {@code missing.txt} with a reason. */
class DockerFlagsTest {
    private static final Pattern FLAG =
            Pattern.compile("\\s+(?:-([a-zA-Z]), )?--([a-z0-9-]+)(?: [a-zA-Z0-9-]+)?(?:\\s{2,}.*)?");

    private static List<String> lines(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(DockerFlagsTest.class.getResourceAsStream("help/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    /** Docker's flags by command: {@code --all|-a}. */
    private static Map<String, List<String>> recorded() throws IOException {
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (String line : lines("docker-flags.txt")) {
            int colon = line.indexOf(':');
            String flags = line.substring(colon + 1).strip();
            all.put(line.substring(0, colon), flags.isEmpty() ? List.of() : List.of(flags.split(" ")));
        }
        return all;
    }

    private static Optional<CommandName> ours(String command) {
        String word =
                command.startsWith("container ") && CommandName.of(command).isEmpty()
                        ? command.substring("container ".length())
                        : command;
        return CommandName.of(word);
    }

    @Test
    void whatIsMissingIsListedWithAReason() throws IOException {
        Set<String> missing = new LinkedHashSet<>();
        for (Map.Entry<String, List<String>> each : recorded().entrySet()) {
            Optional<CommandName> name = ours(each.getKey());
            if (name.isEmpty()) {
                missing.add(each.getKey());
                continue;
            }
            Map<String, Character> flags = new HashMap<>();
            for (Flag flag : name.get().make().flags().flags()) {
                flags.put(flag.name(), flag.letter());
            }
            for (String flag : each.getValue()) {
                String[] parts = flag.split("\\|-");
                String bare = parts[0].substring(2);
                if (!flags.containsKey(bare)) {
                    missing.add(each.getKey().replaceFirst("^container ", "") + " " + parts[0]);
                } else if (parts.length > 1) {
                    assertThat(flags.get(bare)).as(each.getKey() + " " + flag).isEqualTo(parts[1].charAt(0));
                }
            }
        }
        Set<String> listed = new LinkedHashSet<>();
        for (String line : lines("missing.txt")) {
            int colon = line.indexOf(": ");
            assertThat(line.substring(colon + 2)).as(line).isNotBlank();
            listed.add(line.substring(0, colon));
        }
        assertThat(listed).containsExactlyInAnyOrderElementsOf(missing);
    }

    @Test
    @Tag("peer")
    void theRecordIsThatOfTheRealCommand() throws Exception {
        Path docker = Path.of(System.getProperty("estiba.repo", "/nonexistent"), "build/peers/bin/docker");
        assumeTrue(Files.isExecutable(docker), "docker is not among the peers (testkit/peers/install docker)");
        assumeTrue(help(docker, "--version").contains("28.5"), "another docker than 28.5 is among the peers");
        for (String command : List.of("run", "ps", "exec", "images", "network create", "system df", "volume prune")) {
            List<String> flags = new ArrayList<>();
            for (String line : help(docker, (command + " --help").split(" ")).split("\n")) {
                Matcher flag = FLAG.matcher(line);
                if (flag.matches() && !flag.group(2).equals("help")) {
                    flags.add("--" + flag.group(2) + (flag.group(1) == null ? "" : "|-" + flag.group(1)));
                }
            }
            assertThat(flags).as(command).isEqualTo(recorded().get(command));
        }
    }

    private static String help(Path docker, String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of(docker.toString()));
        all.addAll(List.of(words));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return text;
    }
}

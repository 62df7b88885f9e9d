package dev.estiba.doors.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A container without a setting of anybody's, on dockerd and on ours: what the runtime is told ({@code config.json}), and what its first
 * process finds ({@code probe.sh}). Each difference is in {@code defaults.txt}, with its reason.
 */
@Timeout(300)
@Tag("kernel")
@Tag("peer")
class DefaultsTest {
    private static final Pattern ELEMENT =
            Pattern.compile("(linux\\.(?:seccomp\\.syscalls|resources\\.devices)\\.[0-9]+)\\.(.*)");
    private static final Pattern TEXT = Pattern.compile(
            "^(process\\.(?:env|capabilities\\.[a-z]+)|linux\\.(?:maskedPaths|readonlyPaths|seccomp\\.architectures))\\.[0-9]+ ");

    @TempDir
    private Path directory;

    private record Rule(boolean isOurs, Pattern line) {}

    @Test
    void areDockerds() throws Exception {
        List<String> theirs;
        Path theirPlace = Files.createDirectory(directory.resolve("theirs"));
        try (Dockerd dockerd = Dockerd.start()) {
            DockerClient docker = new DockerClient(dockerd.socket(), theirPlace);
            theirs = seen(docker, dockerd.place(), "containerd/state/io.containerd.runtime.v2.task/moby");
        }
        List<String> ours;
        Path place = Files.createDirectory(directory.resolve("ours"));
        try (DoorRoom room = DoorRoom.staying(place)) {
            ours = seen(room.client(), place, "exec/runtime");
        }
        List<String> unexplained = new ArrayList<>();
        List<Rule> rules = rules();
        differing(theirs, ours)
                .filter(line -> isUnexplained(rules, false, line))
                .forEach(line -> unexplained.add("- " + line));
        differing(ours, theirs)
                .filter(line -> isUnexplained(rules, true, line))
                .forEach(line -> unexplained.add("+ " + line));
        assertThat(theirs).hasSizeGreaterThan(250);
        assertThat(String.join("\n", unexplained)).isEmpty();
    }

    private static Stream<String> differing(List<String> these, List<String> others) {
        Set<String> known = new LinkedHashSet<>(others);
        return these.stream().filter(line -> !known.contains(line));
    }

    private static boolean isUnexplained(List<Rule> rules, boolean isOurs, String line) {
        return rules.stream()
                .noneMatch(rule ->
                        rule.isOurs() == isOurs && rule.line().matcher(line).matches());
    }

    /** What is told and found, with names for what is another one's each time. */
    private static List<String> seen(DockerClient docker, Path place, String bundles) throws Exception {
        docker.importBusybox("bb:1");
        List<String> lines = new ArrayList<>();
        DoorRoom.Ended started = docker.run("run", "-d", "--network", "none", "bb:1", "sleep", "1000");
        assertThat(started.status()).as(started.err()).isZero();
        String id = started.out().strip();
        withoutPlaces(JsonLines.of(
                        Files.readAllBytes(place.resolve(bundles).resolve(id).resolve("config.json"))))
                .forEach(line -> lines.add("config " + shown(line, id, place)));
        assertThat(docker.run("rm", "-f", id).status()).isZero();
        lines.addAll(probed(docker, place, "run", ""));
        lines.addAll(probed(docker, place, "run", "-t"));
        return lines;
    }

    /** Where an order means nothing, places are left out: of texts in most lists, of devices' rules, and of calls in the filter. */
    private static List<String> withoutPlaces(List<String> lines) {
        List<String> all = new ArrayList<>();
        Map<String, List<String>> elements = new TreeMap<>();
        for (String line : lines) {
            Matcher element = ELEMENT.matcher(line);
            if (element.matches()) {
                elements.computeIfAbsent(element.group(1), _ -> new ArrayList<>())
                        .add(element.group(2));
            } else {
                all.add(TEXT.matcher(line).replaceFirst("$1 "));
            }
        }
        elements.forEach((name, fields) -> {
            String list = name.replaceAll("\\.[0-9]+$", "");
            String rest = fields.stream()
                    .filter(each -> !each.startsWith("names."))
                    .sorted()
                    .collect(Collectors.joining(", "));
            List<String> names = fields.stream()
                    .filter(each -> each.startsWith("names."))
                    .map(each -> each.substring(each.indexOf(' ') + 1))
                    .toList();
            names.forEach(each -> all.add(list + " " + each + ": " + rest));
            if (names.isEmpty()) {
                all.add(list + " " + rest);
            }
        });
        return all;
    }

    private static List<String> probed(DockerClient docker, Path place, String word, String option) throws Exception {
        List<String> words = new ArrayList<>(List.of(word, "-d", "--network", "none"));
        if (!option.isEmpty()) {
            words.add(option);
        }
        words.addAll(List.of("bb:1", "sh", "-c", resource("probe.sh")));
        DoorRoom.Ended started = docker.run(words.toArray(String[]::new));
        assertThat(started.status()).as(started.err()).isZero();
        String id = started.out().strip();
        assertThat(docker.run("wait", id).out()).isEqualTo("0\n");
        List<String> lines = new ArrayList<>();
        String section = "";
        for (String line : docker.run("logs", id).out().replace("\r", "").split("\n")) {
            if (line.startsWith("[")) {
                section = line.substring(1, line.length() - 1);
            } else {
                lines.add(section + option + " " + shown(line, id, place));
            }
        }
        assertThat(docker.run("rm", "-f", id).status()).isZero();
        return lines;
    }

    private static String shown(String line, String id, Path place) {
        return line.replace(id, "{id}")
                .replace(id.substring(0, 12), "{id}")
                .replace(place.toString(), "{place}")
                .replaceAll("(size|nr_inodes)=[0-9]+k?", "$1=*")
                .stripTrailing();
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = DefaultsTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static List<Rule> rules() throws IOException {
        List<Rule> rules = new ArrayList<>();
        for (String line : resource("defaults.txt").split("\n")) {
            if (line.startsWith("- ") || line.startsWith("+ ")) {
                rules.add(new Rule(line.charAt(0) == '+', Pattern.compile(line.substring(2))));
            } else {
                assertThat(line.isBlank() || line.startsWith("#")).as(line).isTrue();
            }
        }
        return rules;
    }
}

package dev.estiba.testkit.record;

import dev.estiba.testkit.record.Flags.Command;
import dev.estiba.testkit.record.Flags.Flag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code docker … --help} of every command, asked of a docker command that finds neither a daemon nor plug-ins. */
final class Help {
    private static final Pattern FLAG = Pattern.compile("^ {2}(?:(-\\w), | {4})(--[\\w.-]+)(?: (\\S+))?(?: {2,}.*)?$");
    private static final Pattern ALIASES = Pattern.compile("\nAliases:\n  (.*)\n");
    private static final Pattern BELOW = Pattern.compile("^  ([a-z][a-z-]*)\\*? {2,}.*$");

    private final Path docker;
    private final Path configuration;
    private final Map<String, Command> commands = new LinkedHashMap<>();

    private Help(Path docker, Path configuration) {
        this.docker = docker;
        this.configuration = configuration;
    }

    /** @param configuration an empty directory */
    static Flags of(Path docker, Path configuration) throws IOException {
        Help help = new Help(docker, configuration);
        help.walk(List.of());
        return new Flags(List.copyOf(help.commands.values()));
    }

    private void walk(List<String> path) throws IOException {
        String text = ask(path);
        Command command = new Command(names(path, text), flags(text));
        commands.putIfAbsent(command.names().getFirst(), command);
        for (String below : below(text)) {
            List<String> longer = new ArrayList<>(path);
            longer.add(below);
            walk(longer);
        }
    }

    private String ask(List<String> path) throws IOException {
        List<String> words = new ArrayList<>(List.of(docker.toString()));
        words.addAll(path);
        words.add("--help");
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "DOCKER_CONFIG",
                        configuration.toString(),
                        "DOCKER_HOST",
                        "unix:///nonexistent",
                        "DOCKER_CLI_HINTS",
                        "false"));
        return new String(builder.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static List<String> names(List<String> path, String text) {
        Matcher matcher = ALIASES.matcher(text);
        if (!matcher.find()) {
            return List.of(String.join(" ", path));
        }
        return List.of(matcher.group(1).split(", ")).stream()
                .map(alias -> alias.strip().replaceFirst("^docker ", ""))
                .sorted(Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    private static List<Flag> flags(String text) {
        return text.lines()
                .map(FLAG::matcher)
                .filter(Matcher::matches)
                .map(found -> new Flag(
                        found.group(1) == null ? "" : found.group(1),
                        found.group(2),
                        found.group(3) == null ? "" : found.group(3)))
                .toList();
    }

    private static List<String> below(String text) {
        List<String> names = new ArrayList<>();
        boolean isThere = false;
        for (String line : text.lines().toList()) {
            if (!line.startsWith(" ")) {
                isThere = line.isEmpty()
                        ? isThere
                        : line.toLowerCase(java.util.Locale.ROOT).endsWith("commands:");
                continue;
            }
            Matcher matcher = BELOW.matcher(line);
            if (isThere && matcher.matches()) {
                names.add(matcher.group(1));
            }
        }
        return names;
    }
}

package dev.estiba.testkit.record;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the docker command can be called with: {@code flags.txt}, a line for each command with its other names and its flags. */
final class Flags {
    /** Those whose flags end where the first word is that is none: the rest belongs to somebody else. */
    private static final Set<String> ENDS_AT_A_WORD = Set.of("", "run", "create", "exec", "top");

    private final List<Command> commands;

    Flags(List<Command> commands) {
        this.commands = List.copyOf(commands);
    }

    /**
     * @param letter "-a", or empty
     * @param name "--all"
     * @param type of its value; empty when it takes none
     */
    record Flag(String letter, String name, String type) {
        static Flag of(String text) {
            String[] parts = text.split(":", 2);
            String[] names = parts[0].split(",", 2);
            return new Flag(
                    names.length == 2 ? names[0] : "", names[names.length - 1], parts.length == 2 ? parts[1] : "");
        }

        @Override
        public String toString() {
            return (letter.isEmpty() ? "" : letter + ",") + name + (type.isEmpty() ? "" : ":" + type);
        }
    }

    /** @param names the shortest first; empty that of docker itself */
    record Command(List<String> names, List<Flag> flags) {
        Command {
            names = List.copyOf(names);
            flags = List.copyOf(flags);
        }

        static Command of(String line) {
            int colon = line.indexOf(':');
            String flags = line.substring(colon + 1).strip();
            return new Command(
                    List.of(line.substring(0, colon).split(" = ", -1)),
                    flags.isEmpty()
                            ? List.of()
                            : Stream.of(flags.split(" ")).map(Flag::of).toList());
        }

        @Override
        public String toString() {
            return String.join(" = ", names) + ":"
                    + flags.stream().map(flag -> " " + flag).collect(Collectors.joining());
        }
    }

    static Flags recorded() throws IOException {
        return new Flags(resource("flags.txt")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(Command::of)
                .toList());
    }

    static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(Flags.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    List<Command> commands() {
        return commands;
    }

    long count() {
        return commands.stream().mapToLong(each -> each.flags().size()).sum();
    }

    /** Everything that must have been called: "run", "container run" and "run --rm", with a command's shortest name. */
    Set<String> all() {
        Set<String> all = new TreeSet<>();
        for (Command command : commands) {
            all.addAll(command.names());
            command.flags().forEach(flag -> all.add(key(command, flag)));
        }
        return all;
    }

    private static String key(Command command, Flag flag) {
        return (command.names().getFirst() + " " + flag.name()).strip();
    }

    /** Of what is in {@link #all} what a call has. */
    Set<String> used(List<String> words) {
        Map<String, Command> byName = new LinkedHashMap<>();
        commands.forEach(command -> command.names().forEach(name -> byName.put(name, command)));
        Set<String> used = new TreeSet<>(Set.of(""));
        String name = "";
        Command command = Objects.requireNonNull(byName.get(""), "docker itself");
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String longer = (name + " " + word).strip();
            if (byName.containsKey(longer)) {
                name = longer;
                command = byName.getOrDefault(longer, command);
                used.add(name);
            } else if (word.startsWith("-") && word.length() > 1) {
                Optional<Flag> last = Optional.empty();
                for (String each : spelled(word)) {
                    last = named(command, each);
                    if (last.isPresent()) {
                        used.add(key(command, last.get()));
                    }
                }
                if (last.isPresent() && !last.get().type().isEmpty() && !word.contains("=")) {
                    i++;
                }
            } else if (ENDS_AT_A_WORD.contains(command.names().getFirst())) {
                break;
            }
        }
        return used;
    }

    /** "-it" are two, "--rm=false" is one. */
    private static List<String> spelled(String word) {
        if (word.startsWith("--")) {
            return List.of(word.split("=")[0]);
        }
        return word.substring(1).chars().mapToObj(c -> "-" + (char) c).toList();
    }

    private static Optional<Flag> named(Command command, String spelled) {
        return command.flags().stream()
                .filter(flag -> flag.name().equals(spelled) || flag.letter().equals(spelled))
                .findFirst();
    }
}

package dev.estiba.runtime.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Parsed arguments of {@code estiba-oci}.
 *
 * @param command its name, empty when none was given
 * @param global options before the command, by long name; a flag's value is "true"
 * @param options options of the command, each with all its values
 * @param arguments what is no option
 */
public record CommandLine(
        String command, Map<String, String> global, Map<String, List<String>> options, List<String> arguments) {
    /**
     * As urfave/cli, which runc uses: options also behind arguments, but for a command whose arguments end its options.
     *
     * @throws UsageException for an unknown command or option, or a missing value
     */
    public static CommandLine parse(List<String> argv) throws UsageException {
        Map<String, String> global = new LinkedHashMap<>();
        Map<String, List<String>> options = new LinkedHashMap<>();
        List<String> arguments = new ArrayList<>();
        Optional<Grammar.Command> command = Optional.empty();
        for (int i = 0; i < argv.size(); i++) {
            String word = argv.get(i);
            boolean option = word.length() > 1 && word.charAt(0) == '-';
            if (word.equals("--")) {
                arguments.addAll(argv.subList(i + 1, argv.size()));
                break;
            }
            if (option) {
                i = option(argv, i, command, global, options);
            } else if (command.isEmpty()) {
                command = Optional.of(Grammar.command(word).orElseThrow(() -> new UnknownCommand(word)));
            } else if (command.get().argumentsEndOptions() && !arguments.isEmpty()) {
                arguments.addAll(argv.subList(i, argv.size()));
                break;
            } else {
                arguments.add(word);
                if (command.get().argumentsEndOptions()) {
                    arguments.addAll(argv.subList(i + 1, argv.size()));
                    break;
                }
            }
        }
        return new CommandLine(command.map(Grammar.Command::name).orElse(""), global, options, arguments);
    }

    private static int option(
            List<String> argv,
            int at,
            Optional<Grammar.Command> command,
            Map<String, String> global,
            Map<String, List<String>> options)
            throws UsageException {
        String word = argv.get(at);
        String name = word.substring(word.startsWith("--") ? 2 : 1);
        int equals = name.indexOf('=');
        String key = equals < 0 ? name : name.substring(0, equals);
        List<Grammar.Option> known = command.map(Grammar.Command::options).orElse(Grammar.GLOBAL);
        Grammar.Option option = Grammar.find(known, key)
                .orElseThrow(() -> new UsageException("flag provided but not defined: -" + key));
        String value = equals < 0 ? "true" : name.substring(equals + 1);
        int last = at;
        if (equals < 0 && option.takesValue()) {
            if (at + 1 >= argv.size()) {
                throw new UsageException("flag needs an argument: -" + key);
            }
            value = argv.get(at + 1);
            last = at + 1;
        }
        if (command.isEmpty()) {
            global.put(option.name(), value);
        } else {
            options.computeIfAbsent(option.name(), _ -> new ArrayList<>()).add(value);
        }
        return last;
    }

    /** The last value of an option. */
    public Optional<String> option(String name) {
        List<String> values = options.get(name);
        return values == null ? Optional.empty() : Optional.of(values.getLast());
    }

    public List<String> all(String name) {
        return options.getOrDefault(name, List.of());
    }

    /** Whether a flag is given, and not as {@code --flag=false}. */
    public boolean flag(String name) {
        return option(name).filter(value -> !value.equals("false")).isPresent();
    }
}

package dev.estiba.runtime.command;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes {@code native/src/grammar.h} of {@link Grammar}: the part of it that opens files. A test holds the file against
 * this; {@code GrammarHeader} as a program prints it.
 */
public final class GrammarHeader {
    /** What the executor does before it asks; a bit each, in this order. */
    private enum Gather {
        CONFIG,
        STATE,
        ALL,
        CGROUPS,
        SEALED,
        MAKE_ROOT,
        STOP
    }

    private static final Set<Gather> NEW = EnumSet.of(Gather.CONFIG, Gather.CGROUPS, Gather.SEALED, Gather.MAKE_ROOT);

    private static final Map<String, Set<Gather>> GATHERS = Map.ofEntries(
            Map.entry("create", NEW),
            Map.entry("run", NEW),
            Map.entry("exec", EnumSet.of(Gather.STATE, Gather.SEALED, Gather.STOP)),
            Map.entry("start", EnumSet.of(Gather.STATE)),
            Map.entry("state", EnumSet.of(Gather.STATE)),
            Map.entry("kill", EnumSet.of(Gather.STATE)),
            Map.entry("delete", EnumSet.of(Gather.STATE)),
            Map.entry("pause", EnumSet.of(Gather.STATE)),
            Map.entry("resume", EnumSet.of(Gather.STATE)),
            Map.entry("ps", EnumSet.of(Gather.STATE, Gather.STOP)),
            Map.entry("update", EnumSet.of(Gather.STATE)),
            Map.entry("events", EnumSet.of(Gather.STATE)),
            Map.entry("list", EnumSet.of(Gather.ALL)));

    /** Answers that the build has written, by command. */
    private static final Map<String, String> WRITTEN = Map.of("features", "features.json");

    private GrammarHeader() {}

    /** See the class. */
    public static void main(String[] args) {
        System.out.print(text());
    }

    static String text() {
        StringBuilder out = new StringBuilder("""
                /* What this program takes from estiba-oci's arguments: only what opens files. Generated from
                 * dev.estiba.runtime.command.Grammar (its test compares); all meaning, and every error, is the planner's. */
                #ifndef ESTIBA_GRAMMAR_H
                #define ESTIBA_GRAMMAR_H

                enum { ROLE_VALUE = 1, ROLE_BUNDLE, ROLE_PROCESS, ROLE_RESOURCES, ROLE_ROOT, ROLE_LOG, ROLE_LOG_FORMAT, ROLE_FLAG };
                """);
        out.append("enum {\n");
        for (Gather each : Gather.values()) {
            out.append("        GATHER_")
                    .append(each)
                    .append(" = ")
                    .append(1 << each.ordinal())
                    .append(",\n");
        }
        out.append("""
                };

                struct option_row { const char *command, *names; int role; };
                struct command_row { const char *name; int gather; const char *answer; };

                /* names: "long|short"; only options that take a value. command "" is before the command. */
                static const struct option_row option_rows[] = {
                """);
        options(out, "", Grammar.GLOBAL);
        Grammar.COMMANDS.forEach(command -> options(out, command.name(), command.options()));
        out.append("};\n\nstatic const struct command_row command_rows[] = {\n");
        Grammar.COMMANDS.forEach(command -> out.append(row(command)));
        return out.append("};\n\n#endif\n").toString();
    }

    private static void options(StringBuilder out, String command, List<Grammar.Option> options) {
        for (Grammar.Option option : options) {
            if (option.takesValue()) {
                String names = option.name() + (option.shortName().isEmpty() ? "" : "|" + option.shortName());
                out.append(String.format(
                        Locale.ROOT,
                        "        {\"%s\", \"%s\", ROLE_%s},\n",
                        command,
                        names,
                        role(command, option.name())));
            }
        }
    }

    private static String role(String command, String option) {
        return switch (option) {
            case "root", "log", "log-format" -> option.replace('-', '_').toUpperCase(Locale.ROOT);
            case "bundle" -> "BUNDLE";
            case "process" -> "PROCESS";
            case "resources" -> command.equals("update") ? "RESOURCES" : "VALUE";
            default -> "VALUE";
        };
    }

    private static String row(Grammar.Command command) {
        String bits = Stream.of(Gather.values())
                .filter(GATHERS.getOrDefault(command.name(), Set.of())::contains)
                .map(each -> "GATHER_" + each)
                .collect(Collectors.joining(" | "));
        String answer = WRITTEN.containsKey(command.name()) ? "\"" + WRITTEN.get(command.name()) + "\"" : "0";
        return "        {\"" + command.name() + "\", " + (bits.isEmpty() ? "0" : bits) + ", " + answer + "},\n";
    }
}

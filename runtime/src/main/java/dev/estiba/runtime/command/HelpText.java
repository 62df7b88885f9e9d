package dev.estiba.runtime.command;

import java.util.List;

/** What {@code --help} prints. */
final class HelpText {
    private HelpText() {}

    static String of(String command) {
        StringBuilder out = new StringBuilder();
        if (command.isEmpty()) {
            out.append(
                    "estiba-oci - an OCI runtime\n\nUsage: estiba-oci [OPTIONS] COMMAND [OPTIONS] [ARGUMENTS]\n\nCommands:\n");
            for (Grammar.Command each : Grammar.COMMANDS) {
                row(out, each.name(), each.help());
            }
            options(out, Grammar.GLOBAL);
            return out.toString();
        }
        Grammar.Command each = Grammar.command(command).orElseThrow();
        out.append("estiba-oci ").append(each.name()).append(" - ").append(each.help());
        out.append("\n\nUsage: estiba-oci ")
                .append(each.name())
                .append(" [OPTIONS] ")
                .append(each.arguments())
                .append('\n');
        options(out, each.options());
        return out.toString();
    }

    private static void options(StringBuilder out, List<Grammar.Option> options) {
        out.append("\nOptions:\n");
        for (Grammar.Option option : options) {
            String names = "--" + option.name() + (option.shortName().isEmpty() ? "" : ", -" + option.shortName());
            row(out, option.takesValue() ? names + " VALUE" : names, option.help());
        }
    }

    private static void row(StringBuilder out, String left, String right) {
        out.append("  ")
                .append(left)
                .append(" ".repeat(Math.max(1, 30 - left.length())))
                .append(right)
                .append('\n');
    }
}

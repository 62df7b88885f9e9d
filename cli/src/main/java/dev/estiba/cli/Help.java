package dev.estiba.cli;

import dev.estiba.cli.context.Destination;
import dev.estiba.cli.flag.Flag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code --help} prints: at most 80 columns wide, headings bold on a terminal. */
final class Help {
    private static final int WIDTH = 80, NAMES = 28;

    private Help() {}

    static boolean isAsked(String word) {
        return word.equals("--help") || word.equals("-h") || word.equals("help");
    }

    static int overview(Caller caller) throws IOException {
        StringBuilder text = new StringBuilder("Usage:  estiba [OPTIONS] COMMAND\n\nRun containers.\n\n");
        text.append(heading("Commands", caller));
        for (CommandName name : CommandName.values()) {
            if (!isOfImages(name)) {
                row(text, name.word(), 12, name.summary());
            }
        }
        text.append('\n').append(heading("Images", caller));
        for (CommandName name : CommandName.values()) {
            if (isOfImages(name) && !name.isOnlyInGroup()) {
                row(text, name.word(), 12, name.summary());
            }
        }
        row(text, CommandName.IMAGE, 12, "All commands on images: 'estiba image --help'");
        row(text, CommandName.NETWORK, 12, "Commands on networks: 'estiba network --help'");
        row(text, CommandName.VOLUME, 12, "Commands on volumes: 'estiba volume --help'");
        row(text, CommandName.SYSTEM, 12, "Commands on what is stored: 'estiba system --help'");
        row(text, CommandName.CONTEXT, 12, "Commands on where commands go: 'estiba context --help'");
        row(text, CommandName.REGISTRY, 12, "A registry of your own: 'estiba registry --help'");
        text.append('\n').append(heading("Options", caller));
        for (Flag flag : Destination.FLAGS.flags()) {
            row(text, label(flag), NAMES, flag.help());
        }
        text.append('\n').append(heading("Environment", caller));
        row(
                text,
                "DOCKER_HOST",
                NAMES,
                "The daemon that is asked, as --host; also DOCKER_CONTEXT,"
                        + " DOCKER_TLS_VERIFY, DOCKER_CERT_PATH, DOCKER_CONFIG");
        row(text, "ESTIBA_DATA_ROOT", NAMES, "Where containers are kept (default /var/lib/estiba)");
        row(text, "ESTIBA_EXEC_ROOT", NAMES, "What ends with the boot (default /run/estiba/engine)");
        text.append("\nRun 'estiba COMMAND --help' for a command's options.\n");
        return print(caller, text);
    }

    private static boolean isOfImages(CommandName name) {
        return name.ordinal() >= CommandName.PULL.ordinal();
    }

    /** What there is behind a group's word. */
    static int group(Caller caller, String group) throws IOException {
        String what = switch (group) {
            case CommandName.IMAGE -> "images";
            case CommandName.NETWORK -> "networks";
            case CommandName.VOLUME -> "volumes";
            case CommandName.CONTEXT -> "where commands go";
            default -> "what is stored";
        };
        StringBuilder text = new StringBuilder("Usage:  estiba " + group + " COMMAND\n\nManage " + what + ".\n\n");
        text.append(heading("Commands", caller));
        for (CommandName name : CommandName.values()) {
            name.wordIn(group).ifPresent(word -> row(text, word, 12, name.summary()));
        }
        text.append("\nRun 'estiba " + group + " COMMAND --help' for a command's options.\n");
        return print(caller, text);
    }

    static int command(Caller caller, CommandName name, Command command) throws IOException {
        StringBuilder text = new StringBuilder("Usage:  estiba ");
        text.append(name.word()).append(' ').append(command.synopsis()).append("\n\n");
        text.append(name.summary()).append(".\n");
        for (Map.Entry<String, List<Flag>> group :
                byGroup(command.flags().flags()).entrySet()) {
            text.append('\n').append(heading(group.getKey().isEmpty() ? "Options" : group.getKey(), caller));
            for (Flag flag : group.getValue()) {
                row(text, label(flag), NAMES, flag.help() + fallback(flag));
            }
        }
        return print(caller, text);
    }

    /** The flags that are shown, by their headings. */
    static Map<String, List<Flag>> byGroup(List<Flag> flags) {
        Map<String, List<Flag>> groups = new LinkedHashMap<>();
        for (Flag flag : flags) {
            if (!flag.isHidden()) {
                groups.computeIfAbsent(flag.group(), group -> new ArrayList<>()).add(flag);
            }
        }
        return groups;
    }

    private static String label(Flag flag) {
        String letter = flag.letter() == '\0' ? "    " : "-" + flag.letter() + ", ";
        return letter + "--" + flag.name() + (flag.type().isEmpty() ? "" : " " + flag.type());
    }

    private static String fallback(Flag flag) {
        boolean isWorthSaying = !flag.fallback().isEmpty()
                && !flag.fallback().equals("0")
                && !flag.fallback().equals("false");
        return isWorthSaying ? " (default " + flag.fallback() + ")" : "";
    }

    private static void row(StringBuilder text, String name, int width, String help) {
        StringBuilder line = new StringBuilder("  ").append(name);
        int indent = width + 4;
        if (line.length() >= indent - 1) {
            text.append(line).append('\n');
            line.setLength(0);
        }
        pad(line, indent);
        for (String word : help.split(" ")) {
            if (line.length() + word.length() >= WIDTH
                    && line.toString().strip().length() > 0) {
                text.append(line.toString().stripTrailing()).append('\n');
                line.setLength(0);
                pad(line, indent);
            }
            line.append(word).append(' ');
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }

    private static void pad(StringBuilder line, int width) {
        while (line.length() < width) {
            line.append(' ');
        }
    }

    private static String heading(String text, Caller caller) {
        boolean hasColor = caller.isTerminal(1) && !caller.environment().containsKey("NO_COLOR");
        return hasColor ? "\u001b[1m" + text + ":\u001b[0m\n" : text + ":\n";
    }

    private static int print(Caller caller, StringBuilder text) throws IOException {
        caller.out().write(text.toString().getBytes(StandardCharsets.UTF_8));
        return 0;
    }
}

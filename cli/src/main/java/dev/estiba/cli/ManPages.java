package dev.estiba.cli;

import dev.estiba.cli.context.Destination;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.foresight.Foresight;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A program of the build: writes the manual pages, man(7), into the directory that is its argument. It reads nothing of
 * its process.
 */
public final class ManPages {
    private ManPages() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            throw new IllegalArgumentException("one argument: the directory to write to");
        }
        Path directory = Path.of(arguments[0]);
        Files.createDirectories(directory);
        write(directory.resolve("estiba.1"), overview());
        for (CommandName name : CommandName.values()) {
            write(directory.resolve(title(name) + ".1"), page(name));
        }
    }

    private static String title(CommandName name) {
        return "estiba-" + name.word().replace(' ', '-');
    }

    private static void write(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    static String overview() {
        StringBuilder page = new StringBuilder(head("estiba", "run containers"));
        page.append(".SH SYNOPSIS\n.B estiba\n.RI [ OPTIONS ]\n.I COMMAND\n.SH OPTIONS\n");
        Destination.FLAGS.flags().forEach(flag -> option(page, flag));
        page.append(".SH COMMANDS\n");
        for (CommandName name : CommandName.values()) {
            page.append(".TP\n\\fBestiba\\-").append(escaped(name.word())).append("\\fR(1)\n");
            page.append(escaped(name.summary())).append(".\n");
        }
        return page.toString();
    }

    static String page(CommandName name) {
        Command command = name.make();
        StringBuilder page = new StringBuilder(head(title(name), name.summary()));
        page.append(".SH SYNOPSIS\n.B estiba ").append(escaped(name.word())).append('\n');
        page.append(escaped(command.synopsis())).append('\n');
        for (Map.Entry<String, List<Flag>> group :
                Help.byGroup(command.flags().flags()).entrySet()) {
            String heading = group.getKey().isEmpty() ? "Options" : group.getKey();
            page.append(".SH ").append(heading.toUpperCase(Locale.ROOT)).append('\n');
            group.getValue().forEach(flag -> option(page, flag));
        }
        List<Command.Section> sections = new ArrayList<>(command.sections());
        if (Foresight.isOf(command.flags())) {
            sections.add(Foresight.SECTION);
        }
        for (Command.Section section : sections) {
            page.append(".SH ")
                    .append(section.heading().toUpperCase(Locale.ROOT))
                    .append('\n');
            section.paragraphs()
                    .forEach(each -> page.append(".PP\n").append(escaped(each)).append('\n'));
        }
        page.append(".SH SEE ALSO\n\\fBestiba\\fR(1)\n");
        return page.toString();
    }

    private static String head(String title, String summary) {
        return ".TH " + escaped(title.toUpperCase(Locale.ROOT)) + " 1\n.SH NAME\n" + escaped(title) + " \\- "
                + escaped(summary) + "\n";
    }

    private static void option(StringBuilder page, Flag flag) {
        page.append(".TP\n");
        if (flag.letter() != '\0') {
            page.append("\\fB\\-").append(flag.letter()).append("\\fR, ");
        }
        page.append("\\fB\\-\\-").append(escaped(flag.name())).append("\\fR");
        if (!flag.type().isEmpty()) {
            page.append(" \\fI").append(escaped(flag.type())).append("\\fR");
        }
        page.append('\n').append(escaped(flag.help())).append(".\n");
    }

    /** A backslash, a dash, and a dot or an apostrophe at a line's beginning mean something to roff. */
    private static String escaped(String text) {
        String safe = text.replace("\\", "\\e").replace("-", "\\-");
        return safe.startsWith(".") || safe.startsWith("'") ? "\\&" + safe : safe;
    }
}

package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.ImageDiff;
import dev.estiba.api.ImageDiff.Change;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.text.Listing;
import dev.estiba.cli.text.Table;
import dev.estiba.cli.text.Words;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code image diff}: shows how two images differ. Its exit status is diff(1)'s: 0 when they do not, 1 when they do, 2 for trouble. */
public final class ImageDiffCommand implements Command {
    private static final int DIFFERENT = 1;
    private static final int TROUBLE = 2;
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Flag.text("format", "json, or a template"),
                    InsidesFlags.limit("100"),
                    InsidesFlags.PLATFORM,
                    Flag.onOff(
                                    "quiet",
                                    "Print nothing: the exit status is 0 for equal images, 1 for others, 2 for trouble")
                            .letter('q')));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] IMAGE IMAGE";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        if (call.arguments().size() != 2) {
            throw new UsageException(TROUBLE, "'estiba image diff' requires 2 arguments");
        }
        boolean isQuiet = call.flags().isOn("quiet");
        ImageDiff diff;
        try {
            diff = call.engine()
                    .diffImages(
                            call.arguments().getFirst(),
                            call.arguments().getLast(),
                            InsidesFlags.options(call, !isQuiet));
        } catch (ApiException e) {
            call.complain("estiba: " + e.message());
            return TROUBLE;
        }
        String format = call.flags().text("format");
        if (!isQuiet) {
            call.write(format.isEmpty() ? text(diff) : new Listing().print(format, List.of(document(diff))));
        }
        return diff.isEmpty() ? 0 : DIFFERENT;
    }

    private static String text(ImageDiff diff) {
        StringBuilder text = new StringBuilder();
        if (!diff.settings().isEmpty()) {
            text.append("Settings:\n").append(changes(diff.settings()));
        }
        if (!diff.packages().isEmpty()) {
            text.append(text.isEmpty() ? "" : "\n").append("Packages:\n").append(changes(diff.packages()));
        }
        if (!diff.files().isEmpty()) {
            text.append(text.isEmpty() ? "" : "\n").append("Files:\n").append(files(diff));
        }
        return text.isEmpty() ? "" : text.append('\n').append(sums(diff)).toString();
    }

    private static String changes(List<Change> changes) {
        StringBuilder text = new StringBuilder();
        for (Change change : changes) {
            String name = Words.printable(change.name());
            String before = Words.printable(change.before());
            String after = Words.printable(change.after());
            text.append("  ");
            if (change.before().isEmpty()) {
                text.append("A  ").append(name).append(' ').append(after);
            } else if (change.after().isEmpty()) {
                text.append("D  ").append(name).append(' ').append(before);
            } else {
                text.append("C  ")
                        .append(name)
                        .append(' ')
                        .append(before)
                        .append(" -> ")
                        .append(after);
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String files(ImageDiff diff) {
        Table table = new Table(0, 2);
        for (ImageDiff.File file : diff.files()) {
            table.line(List.of(
                    "  " + ImageTreeCommand.sign(file.kind()), Words.size(file.bytes()), file.path() + why(file)));
        }
        long all = diff.added().entries()
                + diff.changed().entries()
                + diff.removed().entries();
        return table + InsidesFlags.more(all - diff.files().size());
    }

    /** What has changed, when it is not the content alone. */
    private static String why(ImageDiff.File file) {
        return file.before().isEmpty()
                        || file.after().isEmpty()
                        || file.before().equals(file.after())
                ? ""
                : " (" + file.before() + " => " + file.after() + ")";
    }

    private static String sums(ImageDiff diff) {
        return ImageTreeCommand.words(diff.added()) + " added, " + ImageTreeCommand.words(diff.changed()) + " changed, "
                + ImageTreeCommand.words(diff.removed()) + " removed; "
                + Words.size(diff.before().size()) + " -> "
                + Words.size(diff.after().size()) + "\n";
    }

    private static Map<String, Object> document(ImageDiff diff) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Before", document(diff.before()));
        document.put("After", document(diff.after()));
        document.put("Added", ImageTreeCommand.document(diff.added()));
        document.put("Changed", ImageTreeCommand.document(diff.changed()));
        document.put("Removed", ImageTreeCommand.document(diff.removed()));
        document.put(
                "Files", diff.files().stream().map(ImageDiffCommand::document).toList());
        document.put(
                "Settings",
                diff.settings().stream().map(ImageDiffCommand::document).toList());
        document.put(
                "Packages",
                diff.packages().stream().map(ImageDiffCommand::document).toList());
        return document;
    }

    private static Map<String, Object> document(ImageDiff.Side side) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Name", side.name());
        document.put("Id", side.id());
        document.put("Size", side.size());
        return document;
    }

    private static Map<String, Object> document(ImageDiff.File file) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Kind", file.kind());
        document.put("Path", file.path());
        document.put("Before", file.before());
        document.put("After", file.after());
        document.put("Bytes", file.bytes());
        return document;
    }

    private static Map<String, Object> document(Change change) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Name", change.name());
        document.put("Before", change.before());
        document.put("After", change.after());
        return document;
    }
}

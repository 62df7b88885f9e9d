package dev.estiba.cli.command;

import dev.estiba.api.ImageTree;
import dev.estiba.api.ImageTree.FileChange;
import dev.estiba.api.ImageTree.Layer;
import dev.estiba.api.ImageTree.Tally;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.WindowSize;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.text.Listing;
import dev.estiba.cli.text.Table;
import dev.estiba.cli.text.Words;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code image tree}: shows what each layer of an image has added, changed and removed. */
public final class ImageTreeCommand implements Command {
    private static final int SHORT_STEP = 45;
    private static final int LEAST_STEP = 10;
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Flag.onOff("files", "List what each layer has done, the largest first"),
                    Flag.text("format", "json, or a template"),
                    InsidesFlags.limit("20"),
                    Flag.onOff("no-trunc", "Do not shorten anything"),
                    InsidesFlags.PLATFORM));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] IMAGE";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.exactly(call, 1, "image tree");
        boolean hasFiles = call.flags().isOn("files");
        ImageTree tree = call.engine().imageTree(call.arguments().getFirst(), InsidesFlags.options(call, hasFiles));
        String format = call.flags().text("format");
        if (format.isEmpty()) {
            call.write(head(tree) + table(tree, call));
            for (Layer layer : hasFiles ? tree.layers() : List.<Layer>of()) {
                call.write(files(layer));
            }
        } else {
            call.write(new Listing().print(format, List.of(document(tree))));
        }
        return 0;
    }

    private static String head(ImageTree tree) {
        String name = tree.repoTags().isEmpty() ? "<none>" : String.join(", ", tree.repoTags());
        int count = tree.layers().size();
        return name + " (" + ImageRows.shortened(tree.id()) + "): " + Words.size(tree.size()) + " in " + count
                + (count == 1 ? " layer" : " layers") + used(tree.lastUsed()) + "\n"
                + Words.size(tree.wasted()) + " wasted: efficiency "
                + String.format(Locale.ROOT, "%.1f %%", 100 * tree.efficiency()) + "\n\n";
    }

    private static String used(String time) {
        return time.isEmpty()
                ? ""
                : ", last used " + Words.duration(Duration.between(Instant.parse(time), Instant.now())) + " ago";
    }

    private static String table(ImageTree tree, Call call) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("LAYER", "SIZE", "ADDED", "CHANGED", "REMOVED", "WASTED", "STEP"));
        boolean isWhole = call.flags().isOn("no-trunc");
        for (Layer layer : tree.layers()) {
            rows.add(List.of(
                    isWhole ? layer.diffId() : ImageRows.shortened(layer.diffId()),
                    Words.size(layer.size()),
                    words(layer.added()),
                    words(layer.changed()),
                    words(layer.removed()),
                    Words.size(layer.wasted()),
                    Words.printable(layer.createdBy())));
        }
        return fitted(rows, isWhole ? Integer.MAX_VALUE : width(call), isWhole);
    }

    /** The last column has what the others leave. */
    private static String fitted(List<List<String>> rows, int width, boolean isWhole) {
        int used = 0;
        for (int column = 0; column < rows.getFirst().size() - 1; column++) {
            int at = column;
            used += rows.stream().mapToInt(row -> row.get(at).length()).max().orElse(0) + 3;
        }
        int left = width == 0 ? SHORT_STEP : Math.max(LEAST_STEP, width - used);
        Table table = new Table(0, 3);
        for (List<String> row : rows) {
            List<String> cells = new ArrayList<>(row);
            cells.set(cells.size() - 1, isWhole ? row.getLast() : Words.ellipsis(row.getLast(), left));
            table.line(cells);
        }
        return table.toString();
    }

    private static int width(Call call) {
        Optional<WindowSize> size = call.caller().isTerminal(1) ? call.caller().windowSize() : Optional.empty();
        return size.map(WindowSize::columns).orElse(0);
    }

    static String words(Tally tally) {
        return tally.entries() == 0 ? "0" : tally.entries() + " (" + Words.size(tally.bytes()) + ")";
    }

    private static String files(Layer layer) {
        if (layer.files().isEmpty()) {
            return "";
        }
        Table table = new Table(0, 2);
        for (FileChange file : layer.files()) {
            table.line(List.of("  " + sign(file.kind()), Words.size(file.bytes()), file.path()));
        }
        long all = layer.added().entries()
                + layer.changed().entries()
                + layer.removed().entries();
        return "\n" + ImageRows.shortened(layer.diffId()) + "\n" + table
                + InsidesFlags.more(all - layer.files().size());
    }

    /** As {@code docker diff} marks it. */
    static String sign(String kind) {
        return switch (kind) {
            case "added" -> "A";
            case "removed" -> "D";
            default -> "C";
        };
    }

    private static Map<String, Object> document(ImageTree tree) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Id", tree.id());
        document.put("RepoTags", tree.repoTags());
        document.put("Size", tree.size());
        document.put("Wasted", tree.wasted());
        document.put("Efficiency", tree.efficiency());
        document.put("LastUsed", tree.lastUsed());
        document.put(
                "Layers", tree.layers().stream().map(ImageTreeCommand::document).toList());
        return document;
    }

    private static Map<String, Object> document(Layer layer) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("DiffId", layer.diffId());
        document.put("Created", layer.created());
        document.put("CreatedBy", layer.createdBy());
        document.put("Size", layer.size());
        document.put("Wasted", layer.wasted());
        document.put("Added", document(layer.added()));
        document.put("Changed", document(layer.changed()));
        document.put("Removed", document(layer.removed()));
        document.put(
                "Files", layer.files().stream().map(ImageTreeCommand::document).toList());
        return document;
    }

    static Map<String, Object> document(Tally tally) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Entries", tally.entries());
        document.put("Bytes", tally.bytes());
        return document;
    }

    private static Map<String, Object> document(FileChange file) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Kind", file.kind());
        document.put("Path", file.path());
        document.put("Bytes", file.bytes());
        return document;
    }
}

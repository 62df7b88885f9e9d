package dev.estiba.cli.command;

import dev.estiba.api.ContainerSummary;
import dev.estiba.api.MountPoint;
import dev.estiba.cli.flag.Quote;
import dev.estiba.cli.template.GoValue;
import dev.estiba.cli.template.Template;
import dev.estiba.cli.template.TemplateException;
import dev.estiba.cli.template.Tree;
import dev.estiba.cli.text.Listing;
import dev.estiba.cli.text.LocalTime;
import dev.estiba.cli.text.Words;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Containers as rows of {@code ps}: the fields that Docker's templates know, in Docker's words. */
final class PsRows {
    private static final int SHORT_ID = 12, SHORT_COMMAND = 20;
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    /** How long a cell may be: tried in this order until the table fits the terminal. */
    private static final int[] WIDTHS = {NO_LIMIT, 30, 20, 15, 12};

    private static final Map<String, String> HEADINGS = Map.ofEntries(
            Map.entry("ID", "CONTAINER ID"),
            Map.entry("Names", "NAMES"),
            Map.entry("Image", "IMAGE"),
            Map.entry("Command", "COMMAND"),
            Map.entry("CreatedAt", "CREATED AT"),
            Map.entry("RunningFor", "CREATED"),
            Map.entry("Ports", "PORTS"),
            Map.entry("State", "STATE"),
            Map.entry("Status", "STATUS"),
            Map.entry("Size", "SIZE"),
            Map.entry("Labels", "LABELS"),
            Map.entry("Mounts", "MOUNTS"),
            Map.entry("LocalVolumes", "LOCAL VOLUMES"),
            Map.entry("Networks", "NETWORKS"));
    private static final String TABLE =
            "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}";

    private static final String RAW = "container_id: {{.ID}}\nimage: {{.Image}}\ncommand: {{.Command}}\n"
            + "created_at: {{.CreatedAt}}\nstate: {{- pad .State 1 0}}\nstatus: {{- pad .Status 1 0}}\n"
            + "names: {{.Names}}\nlabels: {{- pad .Labels 1 0}}\nports: {{- pad .Ports 1 0}}\n";

    /** What Docker's command calls a row. */
    private static final String TYPE = "formatter.ContainerContext";

    private final LocalTime time;
    private final boolean isWhole;

    /** @param isWhole nothing is shortened */
    PsRows(Map<String, String> environment, boolean isWhole) {
        this.time = new LocalTime(environment);
        this.isWhole = isWhole;
    }

    String id(ContainerSummary container) {
        return isWhole || container.id().length() < SHORT_ID
                ? container.id()
                : container.id().substring(0, SHORT_ID);
    }

    /** @param width columns that the table may have; 0: any */
    String print(List<ContainerSummary> containers, String format, boolean hasSize, int width) throws IOException {
        Listing listing = new Listing(
                TYPE, HEADINGS, hasSize ? TABLE + "\t{{.Size}}" : TABLE, hasSize ? RAW + "size: {{.Size}}\n" : RAW);
        String text = "";
        for (int cell : WIDTHS) {
            List<Map<String, Object>> rows = new ArrayList<>();
            for (ContainerSummary container : containers) {
                rows.add(cut(row(container), cell));
            }
            text = listing.print(format, rows);
            boolean fits = width == 0 || text.lines().allMatch(line -> line.codePointCount(0, line.length()) <= width);
            if (fits) {
                break;
            }
        }
        return text;
    }

    /** Tries a template with a row in which nothing is, as Docker's command does before it asks the daemon. */
    static void check(String format) throws TemplateException {
        Template template;
        try {
            template = new Template(format);
        } catch (TemplateException e) {
            throw new TemplateException("failed to parse template: ", e.problem());
        }
        Map<String, Object> blank = new LinkedHashMap<>();
        HEADINGS.keySet().forEach(name -> blank.put(name, ""));
        blank.put("Label", (GoValue.Lookup) name -> "");
        blank.put("Platform", Tree.NULL);
        try {
            template.fill(GoValue.row(TYPE, blank));
        } catch (TemplateException e) {
            throw new TemplateException("failed to execute template: ", e.problem());
        }
    }

    private static Map<String, Object> cut(Map<String, Object> row, int most) {
        if (most != NO_LIMIT) {
            row.replaceAll((name, value) ->
                    !name.equals("ID") && value instanceof String text ? Words.ellipsis(text, most) : value);
        }
        return row;
    }

    private Map<String, Object> row(ContainerSummary container) {
        Instant created = Instant.ofEpochSecond(container.created());
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("Command", command(container));
        row.put("CreatedAt", time.print(created));
        row.put("ID", id(container));
        row.put("Image", container.image().isEmpty() ? "<no image>" : container.image());
        row.put("Labels", labels(container));
        row.put("LocalVolumes", Long.toString(localVolumes(container)));
        row.put("Mounts", mounts(container));
        row.put("Names", names(container));
        row.put(
                "Networks",
                String.join(",", new TreeMap<>(container.networkSettings().networks()).keySet()));
        row.put("Label", (GoValue.Lookup) name -> container.labels().getOrDefault(name, ""));
        row.put("Platform", Tree.NULL);
        row.put("Ports", Words.ports(container.ports()));
        row.put("RunningFor", Words.duration(Duration.between(created, Instant.now())) + " ago");
        row.put("Size", size(container));
        row.put("State", container.state());
        row.put("Status", container.status());
        return row;
    }

    private String command(ContainerSummary container) {
        String command = container.command();
        return Quote.go(isWhole ? command : Words.ellipsis(command, SHORT_COMMAND));
    }

    /** A name with a slash inside is one that another container's link has given. */
    private String names(ContainerSummary container) {
        List<String> names = container.names().stream()
                .map(name -> name.startsWith("/") ? name.substring(1) : name)
                .filter(name -> isWhole || name.indexOf('/') < 0)
                .toList();
        return String.join(",", names);
    }

    private static String labels(ContainerSummary container) {
        return String.join(
                ",",
                new TreeMap<>(container.labels())
                        .entrySet().stream()
                                .map(label -> label.getKey() + "=" + label.getValue())
                                .toList());
    }

    private static long localVolumes(ContainerSummary container) {
        return container.mounts().stream()
                .filter(mount -> mount.driver().equals("local"))
                .count();
    }

    private String mounts(ContainerSummary container) {
        List<String> mounts = new ArrayList<>();
        for (MountPoint mount : container.mounts()) {
            String name = mount.name().isEmpty() ? mount.source() : mount.name();
            mounts.add(isWhole ? name : Words.ellipsis(name, 15));
        }
        return String.join(",", mounts);
    }

    private static String size(ContainerSummary container) {
        String own = Words.size(container.sizeRw());
        return container.sizeRootFs() > 0 ? own + " (virtual " + Words.size(container.sizeRootFs()) + ")" : own;
    }
}

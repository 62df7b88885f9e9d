package dev.estiba.cli.command;

import dev.estiba.api.HistoryItem;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
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
import java.util.Optional;

/** {@code history}: lists the steps that an image was made in. */
public final class HistoryCommand implements Command {
    private static final int SHORT_STEP = 45;
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Flag.text("format", "table, table TEMPLATE, json, or a template for each"),
                    Flag.onOff("human", "Sizes and times as people say them")
                            .letter('H')
                            .fallback("true"),
                    Flag.onOff("no-trunc", "Do not shorten anything"),
                    Flag.text("platform", "Of the image for this platform: linux/arm64"),
                    Flag.onOff("quiet", "Only IDs").letter('q')));
    private static final Map<String, String> HEADINGS = Map.of(
            "ID", "IMAGE",
            "CreatedSince", "CREATED",
            "CreatedAt", "CREATED AT",
            "CreatedBy", "CREATED BY",
            "Size", "SIZE",
            "Comment", "COMMENT");

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
        Arguments.exactly(call, 1, "history");
        boolean isHuman = call.flags().isOn("human");
        List<Map<String, Object>> rows = new ArrayList<>();
        for (HistoryItem item : items(call)) {
            rows.add(row(call, item, isHuman));
        }
        String format = call.flags().text("format");
        if (call.flags().isOn("quiet") && (format.isEmpty() || format.equals("table"))) {
            format = "{{.ID}}";
        }
        String table = "{{.ID}}\t" + (isHuman ? "{{.CreatedSince}}" : "{{.CreatedAt}}")
                + "\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}";
        call.write(new Listing("image.historyContext", HEADINGS, table).print(format, rows));
        return 0;
    }

    private static List<HistoryItem> items(Call call) throws IOException {
        String name = call.arguments().getFirst();
        String platform = call.flags().text("platform");
        return platform.isEmpty()
                ? call.engine().imageHistory(name)
                : call.engine().imageHistory(name, Optional.of(platform));
    }

    private static Map<String, Object> row(Call call, HistoryItem item, boolean isHuman) {
        boolean isWhole = call.flags().isOn("no-trunc");
        Instant created = Instant.ofEpochSecond(item.created());
        String at = new LocalTime(call.caller().environment()).machine(created);
        String since = item.created() <= 0 ? "N/A" : Words.duration(Duration.between(created, Instant.now())) + " ago";
        // Its words are the author's.
        String by = Words.printable(item.createdBy());
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("Comment", Words.printable(item.comment()));
        row.put("CreatedAt", at);
        row.put("CreatedBy", isWhole ? by : Words.ellipsis(by, SHORT_STEP));
        row.put("CreatedSince", isHuman ? since : at);
        row.put("ID", isWhole ? item.id() : ImageRows.shortened(item.id()));
        row.put("Size", isHuman ? Words.size(item.size()) : Long.toString(item.size()));
        return row;
    }
}

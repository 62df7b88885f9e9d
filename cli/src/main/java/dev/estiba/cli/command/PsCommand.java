package dev.estiba.cli.command;

import dev.estiba.api.ContainerSummary;
import dev.estiba.api.ListOptions;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.WindowSize;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code ps}: lists containers. */
public final class PsCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Flag.onOff("all", "Also those that do not run").letter('a'),
                    Filters.flag("Only those that match: NAME=VALUE").letter('f'),
                    Flag.text("format", "table, table TEMPLATE, json, or a template for each"),
                    Flag.whole("last", "-1", "The newest so many, also those that do not run")
                            .letter('n'),
                    Flag.onOff("latest", "The newest one, also when it does not run")
                            .letter('l'),
                    Flag.onOff("no-trunc", "Do not shorten anything"),
                    Flag.onOff("quiet", "Only IDs").letter('q'),
                    Flag.onOff("size", "Count the sizes of their file systems").letter('s')));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.none(call, "ps");
        PsRows.check(call.flags().text("format"));
        List<ContainerSummary> containers = call.engine().listContainers(options(call));
        PsRows rows = new PsRows(call.caller().environment(), call.flags().isOn("no-trunc"));
        if (call.flags().isOn("quiet")) {
            for (ContainerSummary container : containers) {
                call.say(rows.id(container));
            }
            if (!call.flags().text("format").isEmpty()) {
                call.complain("WARNING: Ignoring custom format, because both --format and --quiet are set.");
            }
            return 0;
        }
        String format = call.flags().text("format");
        boolean hasSize = call.flags().isOn("size");
        call.write(rows.print(containers, format, hasSize, width(call, format)));
        return 0;
    }

    /** How wide the table may be; a table that nobody looks at has its full width. */
    private static int width(Call call, String format) {
        boolean isSeen =
                format.isEmpty() && call.caller().isTerminal(1) && !call.flags().isOn("no-trunc");
        return isSeen ? call.caller().windowSize().map(WindowSize::columns).orElse(0) : 0;
    }

    private static boolean asksForSize(String format) {
        return format.contains(".Size") || format.contains("json .");
    }

    private static ListOptions options(Call call) {
        Map<String, List<String>> filters = Filters.of(call.flags().all("filter"));
        int last = (int) call.flags().number("last");
        int limit = call.flags().isOn("latest")
                ? 1
                : Optional.of(last).filter(count -> count > 0).orElse(0);
        boolean hasSize = call.flags().isOn("size") || asksForSize(call.flags().text("format"));
        return new ListOptions(call.flags().isOn("all") || limit > 0, limit, hasSize, filters);
    }
}

package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerStats;
import dev.estiba.api.ContainerStats.Network;
import dev.estiba.api.ContainerStats.Sample;
import dev.estiba.api.ContainerStats.Transfer;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.ListOptions;
import dev.estiba.api.StatsOptions;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.text.Listing;
import dev.estiba.cli.text.Words;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** {@code stats}: prints what containers use, once or again and again. */
public final class StatsCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Flag.onOff("all", "Also those that do not run").letter('a'),
                    Flag.text("format", "table, table TEMPLATE, json, or a template for each"),
                    Flag.onOff("no-stream", "Once"),
                    Flag.onOff("no-trunc", "Show whole IDs")));
    private static final String TABLE =
            "{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t" + "{{.BlockIO}}\t{{.PIDs}}";
    private static final Map<String, String> HEADINGS = Map.of(
            "Container", "CONTAINER",
            "ID", "CONTAINER ID",
            "Name", "NAME",
            "CPUPerc", "CPU %",
            "MemUsage", "MEM USAGE / LIMIT",
            "MemPerc", "MEM %",
            "NetIO", "NET I/O",
            "BlockIO", "BLOCK I/O",
            "PIDs", "PIDS");
    private static final String CLEAR = "\u001b[H\u001b[J";
    private static final int SHORT = 12;

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] [CONTAINER...]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        boolean once = call.flags().isOn("no-stream");
        boolean clears = !once && call.caller().isTerminal(1);
        do {
            String text = print(call, moment(call));
            call.write(clears ? CLEAR + text : text);
        } while (!once && !Thread.currentThread().isInterrupted());
        return 0;
    }

    /** All at the same time: each takes a second between its two looks. */
    private static List<ContainerStats> moment(Call call) throws IOException {
        List<CompletableFuture<Optional<ContainerStats>>> asked = new ArrayList<>();
        List<String> named = call.arguments();
        for (String id : named.isEmpty() ? ids(call) : named) {
            asked.add(CompletableFuture.supplyAsync(
                    () -> look(call, id, !named.isEmpty()),
                    task -> Thread.ofPlatform().daemon(true).start(task)));
        }
        List<ContainerStats> found = new ArrayList<>();
        for (CompletableFuture<Optional<ContainerStats>> each : asked) {
            try {
                each.join().ifPresent(found::add);
            } catch (CompletionException e) {
                throw e.getCause() instanceof ApiException said ? said : new IOException(e.getCause());
            }
        }
        return found;
    }

    private static List<String> ids(Call call) throws ApiException {
        ListOptions options = new ListOptions(call.flags().isOn("all"), 0, false, Map.of());
        return call.engine().listContainers(options).stream()
                .map(ContainerSummary::id)
                .toList();
    }

    /** One that nobody has named may have gone meanwhile. */
    private static Optional<ContainerStats> look(Call call, String id, boolean named) {
        List<ContainerStats> told = new ArrayList<>();
        try {
            call.engine().containerStats(id, new StatsOptions(false, false), told::add);
        } catch (ApiException e) {
            if (named || e.status() != ApiException.NOT_FOUND) {
                throw new CompletionException(e);
            }
        }
        return told.stream().findFirst();
    }

    private static String print(Call call, List<ContainerStats> moment) throws IOException {
        List<Map<String, Object>> rows = moment.stream()
                .map(each -> row(each, call.flags().isOn("no-trunc")))
                .toList();
        return new Listing("container.statsContext", HEADINGS, TABLE)
                .print(call.flags().text("format"), rows);
    }

    private static Map<String, Object> row(ContainerStats stats, boolean whole) {
        Sample now = stats.now();
        boolean counted = now.systemCpu() > 0;
        long memory = used(now);
        double share = now.memoryLimit() > 0 ? 100.0 * memory / now.memoryLimit() : 0;
        String id =
                whole || stats.id().length() < SHORT ? stats.id() : stats.id().substring(0, SHORT);
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("BlockIO", pair(sum(now.blockBytes(), "read"), sum(now.blockBytes(), "write")));
        row.put("CPUPerc", counted ? percent(processors(stats)) : "--");
        row.put("Container", id);
        row.put("ID", id);
        row.put("MemPerc", counted ? percent(share) : "--");
        row.put("MemUsage", counted ? binary(memory) + " / " + binary(now.memoryLimit()) : "-- / --");
        row.put("Name", stats.name().startsWith("/") ? stats.name().substring(1) : stats.name());
        row.put("NetIO", network(now));
        row.put("PIDs", counted ? Long.toString(now.pids()) : "--");
        return row;
    }

    private static double processors(ContainerStats stats) {
        double used = stats.now().cpu().total() - stats.before().cpu().total();
        double worked = stats.now().systemCpu() - stats.before().systemCpu();
        return used > 0 && worked > 0 ? used / worked * stats.processorsOnline() * 100 : 0;
    }

    /** Without what the kernel would take back: what Docker's command leaves out as well. */
    private static long used(Sample sample) {
        long cache = sample.memory()
                .getOrDefault("total_inactive_file", sample.memory().getOrDefault("inactive_file", 0L));
        return cache < sample.memoryUsage() ? sample.memoryUsage() - cache : sample.memoryUsage();
    }

    private static String network(Sample sample) {
        long received = sample.network().values().stream()
                .mapToLong(Network::receivedBytes)
                .sum();
        long sent =
                sample.network().values().stream().mapToLong(Network::sentBytes).sum();
        return pair(received, sent);
    }

    private static long sum(List<Transfer> transfers, String operation) {
        return transfers.stream()
                .filter(each -> each.operation().equals(operation))
                .mapToLong(Transfer::value)
                .sum();
    }

    private static String pair(long in, long out) {
        return Words.size(in) + " / " + Words.size(out);
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.2f%%", value);
    }

    /** As go-units has sizes of memory: four digits. */
    private static String binary(long bytes) {
        double value = bytes;
        int unit = 0;
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        String digits = String.format(
                Locale.ROOT, value >= 1000 ? "%.0f" : value >= 100 ? "%.1f" : value >= 10 ? "%.2f" : "%.3f", value);
        return digits.contains(".") ? digits.replaceAll("\\.?0+$", "") + units[unit] : digits + units[unit];
    }
}

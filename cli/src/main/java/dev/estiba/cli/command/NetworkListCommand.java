package dev.estiba.cli.command;

import dev.estiba.api.NetworkInspect;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.template.GoValue;
import dev.estiba.cli.text.Listing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code network ls}: lists networks. */
public final class NetworkListCommand implements Command {
    private static final int SHORT_ID = 12;
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Filters.flag("Only those that match: NAME=VALUE, of dangling, driver, id, label, name, scope, type")
                            .letter('f'),
                    Flag.text("format", "table, table TEMPLATE, json, or a template for each"),
                    Flag.onOff("no-trunc", "Do not shorten anything"),
                    Flag.onOff("quiet", "Only IDs").letter('q')));
    private static final Listing LISTING = new Listing(
            "network.networkContext",
            Map.of(
                    "ID", "NETWORK ID",
                    "Name", "NAME",
                    "Driver", "DRIVER",
                    "Scope", "SCOPE",
                    "IPv4", "IPV4",
                    "IPv6", "IPV6",
                    "Internal", "INTERNAL",
                    "Labels", "LABELS",
                    "CreatedAt", "CREATED AT"),
            "{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}",
            "network_id: {{.ID}}\nname: {{.Name}}\ndriver: {{.Driver}}\nscope: {{.Scope}}\n");

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
        Arguments.none(call, "network ls");
        List<NetworkInspect> networks = new ArrayList<>(
                call.engine().listNetworks(Filters.of(call.flags().all("filter"))));
        networks.sort(Comparator.comparing(NetworkInspect::name));
        boolean isWhole = call.flags().isOn("no-trunc");
        String format = call.flags().text("format");
        String quiet = format.isEmpty() || format.equals("table") ? "{{.ID}}" : format;
        call.write(LISTING.print(
                call.flags().isOn("quiet") ? quiet : format,
                networks.stream().map(network -> row(network, isWhole)).toList()));
        return 0;
    }

    private static Map<String, Object> row(NetworkInspect network, boolean isWhole) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("CreatedAt", GoValue.time(network.created()));
        row.put("Driver", network.driver());
        row.put(
                "ID",
                isWhole || network.id().length() < SHORT_ID
                        ? network.id()
                        : network.id().substring(0, SHORT_ID));
        row.put("IPv4", Boolean.toString(network.enableIpv4()));
        row.put("IPv6", Boolean.toString(network.enableIpv6()));
        row.put("Internal", Boolean.toString(network.internal()));
        row.put("Label", (GoValue.Lookup) name -> network.labels().getOrDefault(name, ""));
        List<String> labels = new ArrayList<>();
        new TreeMap<>(network.labels()).forEach((name, value) -> labels.add(name + "=" + value));
        row.put("Labels", String.join(",", labels));
        row.put("Name", network.name());
        row.put("Scope", network.scope());
        return row;
    }
}

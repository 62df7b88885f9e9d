package dev.estiba.cli.command;

import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.context.Destination;
import dev.estiba.cli.context.EndpointFlag;
import dev.estiba.cli.context.StoredContext;
import dev.estiba.cli.context.TlsFiles;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.text.Listing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code context ls}: lists where commands may go. */
public final class ContextListCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Flag.text("format", "table, table TEMPLATE, json, or a template for each"),
                    Flag.onOff("quiet", "Only names").letter('q')));
    private static final Listing LISTING = new Listing(
            "formatter.clientContextContext",
            Map.of(
                    "Name", "NAME",
                    "Description", "DESCRIPTION",
                    "DockerEndpoint", "DOCKER ENDPOINT",
                    "Error", "ERROR"),
            "{{.Name}}{{if .Current}} *{{end}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}");

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
        Arguments.none(call, "context ls");
        List<StoredContext> contexts = new ArrayList<>();
        ContextFiles.with(call, store -> {
            contexts.addAll(store.all());
            return 0;
        });
        contexts.add(EndpointFlag.standard(call.caller()));
        contexts.sort(Comparator.comparing(StoredContext::name));
        String current = Destination.context(call.caller());
        if (call.flags().isOn("quiet")) {
            for (StoredContext each : contexts) {
                call.say(each.name());
            }
            return 0;
        }
        List<Map<String, Object>> rows = new ArrayList<>();
        for (StoredContext each : contexts) {
            rows.add(row(each, each.name().equals(current), ""));
        }
        if (contexts.stream().noneMatch(each -> each.name().equals(current))) {
            StoredContext missing = new StoredContext(current, "", "", false, TlsFiles.NONE);
            rows.add(row(missing, true, "context \"" + current + "\" is not there"));
        }
        call.write(LISTING.print(call.flags().text("format"), rows));
        ContextUseCommand.warn(call);
        return 0;
    }

    private static Map<String, Object> row(StoredContext context, boolean isCurrent, String error) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("Current", isCurrent);
        row.put("Description", context.description());
        row.put("DockerEndpoint", context.host());
        row.put("Error", error);
        row.put("Name", context.name());
        return row;
    }
}

package dev.estiba.cli.command;

import dev.estiba.api.Volume;
import dev.estiba.api.VolumeList;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.text.Listing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** {@code volume ls}: lists volumes. */
public final class VolumeListCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Filters.flag("Only those that match: NAME=VALUE, of dangling, driver, label, name")
                            .letter('f'),
                    Flag.text("format", "table, table TEMPLATE, json, or a template for each"),
                    Flag.onOff("quiet", "Only names").letter('q')));
    private static final Listing LISTING = new Listing(
            VolumeRows.TYPE, VolumeRows.HEADINGS, "{{.Driver}}\t{{.Name}}", "name: {{.Name}}\ndriver: {{.Driver}}\n");

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
        Arguments.none(call, "volume ls");
        VolumeList found = call.engine().listVolumes(Filters.of(call.flags().all("filter")));
        List<Volume> volumes = new ArrayList<>(found.volumes());
        volumes.sort(Comparator.comparing(Volume::name));
        String format = call.flags().text("format");
        String quiet = format.isEmpty() || format.equals("table") ? "{{.Name}}" : format;
        List<Map<String, Object>> rows = volumes.stream().map(VolumeRows::row).toList();
        call.write(LISTING.print(call.flags().isOn("quiet") ? quiet : format, rows));
        for (String warning : found.warnings()) {
            call.complain("WARNING: " + warning);
        }
        return 0;
    }
}

package dev.estiba.cli.command;

import dev.estiba.api.ContainerSummary;
import dev.estiba.api.DiskUsage;
import dev.estiba.api.ImageSummary;
import dev.estiba.api.Volume;
import dev.estiba.api.VolumeUsage;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.text.Listing;
import dev.estiba.cli.text.Words;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code system df}: shows how much of the disk is used, and how much of that nobody needs, as Docker's does. */
public final class SystemUsageCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Flag.text("format", "table, table TEMPLATE, json, or a template for each"),
                    Flag.onOff("verbose", "Of each image, container and volume").letter('v')));
    private static final Map<String, String> HEADINGS = Map.of(
            "Type", "TYPE",
            "TotalCount", "TOTAL",
            "Active", "ACTIVE",
            "Size", "SIZE",
            "Reclaimable", "RECLAIMABLE");
    private static final String TABLE = "{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}";
    private static final String IMAGES = "table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t"
            + "{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}";
    private static final String CONTAINERS = "table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t"
            + "{{.RunningFor}}\t{{.Status}}\t{{.Names}}";
    private static final Listing VOLUMES =
            new Listing(VolumeRows.TYPE, VolumeRows.HEADINGS, "{{.Name}}\t{{.Links}}\t{{.Size}}");
    private static final Set<String> RUNNING = Set.of("running", "paused", "restarting");

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
        Arguments.none(call, "system df");
        DiskUsage usage = call.engine().diskUsage();
        String format = call.flags().text("format");
        if (!call.flags().isOn("verbose")) {
            List<Map<String, Object>> rows =
                    List.of(images(usage), containers(usage), volumes(usage), row("Build Cache", 0, 0, 0, "0B"));
            call.write(new Listing("formatter.diskUsageContext", HEADINGS, TABLE).print(format, rows));
            return 0;
        }
        if (!format.isEmpty()) {
            throw new UsageException(1, "--format with --verbose is not built yet: say one of them");
        }
        Map<String, String> environment = call.caller().environment();
        call.write("Images space usage:\n\n");
        call.write(new ImageRows(environment, false, false).print(usage.images(), IMAGES));
        call.write("\nContainers space usage:\n\n");
        call.write(new PsRows(environment, false).print(usage.containers(), CONTAINERS, true, 0));
        call.write("\nLocal Volumes space usage:\n\n");
        call.write(
                VOLUMES.print("", usage.volumes().stream().map(VolumeRows::row).toList()));
        call.write("\nBuild cache usage: 0B\n");
        return 0;
    }

    private static Map<String, Object> images(DiskUsage usage) {
        long active = usage.images().stream()
                .map(ImageSummary::containers)
                .filter(count -> count > 0)
                .count();
        return row(
                "Images",
                usage.images().size(),
                active,
                usage.layersSize(),
                part(usage.layersReclaimable(), usage.layersSize()));
    }

    private static Map<String, Object> volumes(DiskUsage usage) {
        long active = 0;
        long size = 0;
        long reclaimable = 0;
        for (Volume volume : usage.volumes()) {
            VolumeUsage counted = volume.usage().orElse(new VolumeUsage(0, 0));
            active += counted.refCount() > 0 ? 1 : 0;
            size += counted.size();
            reclaimable += counted.refCount() > 0 ? 0 : counted.size();
        }
        return row("Local Volumes", usage.volumes().size(), active, size, part(reclaimable, size));
    }

    private static Map<String, Object> containers(DiskUsage usage) {
        long active = 0;
        long size = 0;
        long reclaimable = 0;
        for (ContainerSummary container : usage.containers()) {
            boolean runs = RUNNING.contains(container.state());
            active += runs ? 1 : 0;
            size += container.sizeRw();
            reclaimable += runs ? 0 : container.sizeRw();
        }
        return row("Containers", usage.containers().size(), active, size, part(reclaimable, size));
    }

    private static String part(long reclaimable, long size) {
        String bytes = Words.size(reclaimable, Words.DIGITS_OF_PROGRESS);
        return size <= 0 ? bytes : bytes + " (" + 100 * reclaimable / size + "%)";
    }

    private static Map<String, Object> row(String type, long total, long active, long size, String reclaimable) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("Active", Long.toString(active));
        row.put("Reclaimable", reclaimable);
        row.put("Size", Words.size(size, Words.DIGITS_OF_PROGRESS));
        row.put("TotalCount", Long.toString(total));
        row.put("Type", type);
        return row;
    }
}

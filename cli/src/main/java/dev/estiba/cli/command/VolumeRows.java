package dev.estiba.cli.command;

import dev.estiba.api.Volume;
import dev.estiba.api.VolumeUsage;
import dev.estiba.cli.template.GoValue;
import dev.estiba.cli.text.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Volumes as lists show them. */
final class VolumeRows {
    static final Map<String, String> HEADINGS = Map.of(
            "Driver", "DRIVER",
            "Name", "VOLUME NAME",
            "Scope", "SCOPE",
            "Mountpoint", "MOUNTPOINT",
            "Labels", "LABELS",
            "Links", "LINKS",
            "Size", "SIZE",
            "Availability", "AVAILABILITY",
            "Group", "GROUP",
            "Status", "STATUS");

    /** What Docker's command calls a row. */
    static final String TYPE = "formatter.volumeContext";

    private static final String UNKNOWN = "N/A";

    private VolumeRows() {}

    static Map<String, Object> row(Volume volume) {
        Map<String, Object> row = new LinkedHashMap<>();
        Optional<VolumeUsage> usage = volume.usage();
        row.put("Availability", UNKNOWN);
        row.put("Driver", volume.driver());
        row.put("Group", UNKNOWN);
        row.put("Label", (GoValue.Lookup) name -> volume.labels().getOrDefault(name, ""));
        List<String> labels = new ArrayList<>();
        new TreeMap<>(volume.labels()).forEach((name, value) -> labels.add(name + "=" + value));
        row.put("Labels", String.join(",", labels));
        row.put("Links", usage.map(each -> Long.toString(each.refCount())).orElse(UNKNOWN));
        row.put("Mountpoint", volume.mountpoint());
        row.put("Name", volume.name());
        row.put("Scope", volume.scope());
        row.put(
                "Size",
                usage.map(each -> Words.size(each.size(), Words.DIGITS_OF_PROGRESS))
                        .orElse(UNKNOWN));
        row.put("Status", UNKNOWN);
        return row;
    }
}

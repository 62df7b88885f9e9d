package dev.estiba.api;

import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link Volume}. */
final class VolumeJson {
    static final FieldNames NAMES = FieldNames.of(
            "Volume", "CreatedAt", "Driver", "Labels", "Mountpoint", "Name", "Options", "Scope", "UsageData");

    private VolumeJson() {}

    static Volume read(Cursor in) throws ApiException {
        String created = "";
        String driver = "";
        Map<String, String> labels = Map.of();
        String mountpoint = "";
        String name = "";
        Map<String, String> options = Map.of();
        String scope = "";
        Optional<VolumeUsage> usage = Optional.empty();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "CreatedAt" -> created = in.text();
                case "Driver" -> driver = in.text();
                case "Labels" -> labels = in.textMap();
                case "Mountpoint" -> mountpoint = in.text();
                case "Name" -> name = in.text();
                case "Options" -> options = in.textMap();
                case "Scope" -> scope = in.text();
                case "UsageData" -> usage = Optional.of(VolumeUsageJson.read(in));
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new Volume(created, driver, labels, mountpoint, name, options, scope, usage);
    }

    static void write(JsonGenerator out, Volume value) {
        out.writeStartObject();
        Output.nonEmpty(out, "CreatedAt", value.createdAt());
        out.writeStringProperty("Driver", value.driver());
        Output.textMap(out, "Labels", value.labels(), Empty.NULL);
        out.writeStringProperty("Mountpoint", value.mountpoint());
        out.writeStringProperty("Name", value.name());
        Output.textMap(out, "Options", value.options(), Empty.NULL);
        out.writeStringProperty("Scope", value.scope());
        Output.optional(out, "UsageData", value.usage(), Empty.LEFT_OUT, VolumeUsageJson::write);
        out.writeEndObject();
    }
}

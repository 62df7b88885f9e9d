package dev.estiba.api;

import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ContainerSummary}. */
final class ContainerSummaryJson {
    static final FieldNames NAMES = FieldNames.of(
            "Summary",
            "Id",
            "Names",
            "Image",
            "ImageID",
            "Command",
            "Created",
            "Ports",
            "SizeRw",
            "SizeRootFs",
            "Labels",
            "State",
            "Status",
            "HostConfig",
            "NetworkSettings",
            "Mounts",
            "Health");

    private ContainerSummaryJson() {}

    static ContainerSummary read(Cursor in) throws ApiException {
        ContainerSummary.Builder value = ContainerSummary.builder();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Id" -> value.id(in.text());
                case "Names" -> value.names(in.texts());
                case "Image" -> value.image(in.text());
                case "ImageID" -> value.imageId(in.text());
                case "Command" -> value.command(in.text());
                case "Created" -> value.created(in.int64());
                case "Ports" -> value.ports(in.list(PortJson::read));
                case "SizeRw" -> value.sizeRw(in.int64());
                case "SizeRootFs" -> value.sizeRootFs(in.int64());
                case "Labels" -> value.labels(in.textMap());
                case "State" -> value.state(in.text());
                case "Status" -> value.status(in.text());
                case "HostConfig" -> value.hostConfig(SummaryHostConfigJson.read(in));
                case "NetworkSettings" -> value.networkSettings(SummaryNetworksJson.read(in));
                case "Mounts" -> value.mounts(in.list(MountPointJson::read));
                case "Health" -> value.health(Optional.of(HealthSummaryJson.read(in)));
                default -> in.skip();
            }
        }
        in.leave(outer);
        return value.build();
    }

    static void write(JsonGenerator out, ContainerSummary value) {
        out.writeStartObject();
        out.writeStringProperty("Id", value.id());
        Output.texts(out, "Names", value.names(), Empty.BRACKETS);
        out.writeStringProperty("Image", value.image());
        out.writeStringProperty("ImageID", value.imageId());
        out.writeStringProperty("Command", value.command());
        out.writeNumberProperty("Created", value.created());
        Output.list(out, "Ports", value.ports(), Empty.BRACKETS, PortJson::write);
        Output.nonZero(out, "SizeRw", value.sizeRw());
        Output.nonZero(out, "SizeRootFs", value.sizeRootFs());
        Output.textMap(out, "Labels", value.labels(), Empty.BRACKETS);
        out.writeStringProperty("State", value.state());
        out.writeStringProperty("Status", value.status());
        out.writeName("HostConfig");
        SummaryHostConfigJson.write(out, value.hostConfig());
        out.writeName("NetworkSettings");
        SummaryNetworksJson.write(out, value.networkSettings());
        Output.list(out, "Mounts", value.mounts(), Empty.BRACKETS, MountPointJson::write);
        if (value.health().isPresent()) {
            out.writeName("Health");
            HealthSummaryJson.write(out, value.health().get());
        }
        out.writeEndObject();
    }
}

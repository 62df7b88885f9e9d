package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ContainerInspect}. */
final class ContainerInspectJson {
    static final FieldNames NAMES = FieldNames.of(
            "InspectResponse",
            "Id",
            "Created",
            "Path",
            "Args",
            "State",
            "Image",
            "ResolvConfPath",
            "HostnamePath",
            "HostsPath",
            "LogPath",
            "Name",
            "RestartCount",
            "Driver",
            "Platform",
            "MountLabel",
            "ProcessLabel",
            "AppArmorProfile",
            "ExecIDs",
            "HostConfig",
            "GraphDriver",
            "SizeRw",
            "SizeRootFs",
            "Mounts",
            "Config",
            "NetworkSettings");

    private ContainerInspectJson() {}

    static ContainerInspect read(Cursor in) throws ApiException {
        ContainerInspect.Builder value = ContainerInspect.builder();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Id" -> value.id(in.text());
                case "Created" -> value.created(in.text());
                case "Path" -> value.path(in.text());
                case "Args" -> value.args(in.texts());
                case "State" -> value.state(ContainerStateJson.read(in));
                case "Image" -> value.image(in.text());
                case "ResolvConfPath" -> value.resolvConfPath(in.text());
                case "HostnamePath" -> value.hostnamePath(in.text());
                case "HostsPath" -> value.hostsPath(in.text());
                case "LogPath" -> value.logPath(in.text());
                case "Name" -> value.name(in.text());
                case "RestartCount" -> value.restartCount(in.int32());
                case "Driver" -> value.driver(in.text());
                case "Platform" -> value.platform(in.text());
                case "MountLabel" -> value.mountLabel(in.text());
                case "ProcessLabel" -> value.processLabel(in.text());
                case "AppArmorProfile" -> value.appArmorProfile(in.text());
                case "ExecIDs" -> value.execIds(in.texts());
                case "HostConfig" -> value.hostConfig(HostConfigJson.read(in));
                case "GraphDriver" -> value.graphDriver(GraphDriverJson.read(in));
                case "SizeRw" -> value.sizeRw(in.int64());
                case "SizeRootFs" -> value.sizeRootFs(in.int64());
                case "Mounts" -> value.mounts(in.list(MountPointJson::read));
                case "Config" -> value.config(ContainerConfigJson.read(in));
                case "NetworkSettings" -> value.networkSettings(NetworkSettingsJson.read(in));
                default -> in.skip();
            }
        }
        in.leave(outer);
        return value.build();
    }

    static void write(JsonGenerator out, ContainerInspect value) {
        out.writeStartObject();
        out.writeStringProperty("Id", value.id());
        out.writeStringProperty("Created", value.created());
        out.writeStringProperty("Path", value.path());
        Output.texts(out, "Args", value.args(), Empty.BRACKETS);
        out.writeName("State");
        ContainerStateJson.write(out, value.state());
        out.writeStringProperty("Image", value.image());
        out.writeStringProperty("ResolvConfPath", value.resolvConfPath());
        out.writeStringProperty("HostnamePath", value.hostnamePath());
        out.writeStringProperty("HostsPath", value.hostsPath());
        out.writeStringProperty("LogPath", value.logPath());
        out.writeStringProperty("Name", value.name());
        out.writeNumberProperty("RestartCount", value.restartCount());
        out.writeStringProperty("Driver", value.driver());
        out.writeStringProperty("Platform", value.platform());
        out.writeStringProperty("MountLabel", value.mountLabel());
        out.writeStringProperty("ProcessLabel", value.processLabel());
        out.writeStringProperty("AppArmorProfile", value.appArmorProfile());
        Output.texts(out, "ExecIDs", value.execIds(), Empty.NULL);
        out.writeName("HostConfig");
        HostConfigJson.write(out, value.hostConfig());
        out.writeName("GraphDriver");
        GraphDriverJson.write(out, value.graphDriver());
        Output.number(out, "SizeRw", value.sizeRw(), Empty.LEFT_OUT);
        Output.number(out, "SizeRootFs", value.sizeRootFs(), Empty.LEFT_OUT);
        Output.list(out, "Mounts", value.mounts(), Empty.BRACKETS, MountPointJson::write);
        out.writeName("Config");
        ContainerConfigJson.write(out, value.config());
        out.writeName("NetworkSettings");
        NetworkSettingsJson.write(out, value.networkSettings());
        out.writeEndObject();
    }
}

package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link Info}. */
final class InfoJson {
    static final FieldNames NAMES = FieldNames.of(
            "Info",
            "ID",
            "Containers",
            "ContainersRunning",
            "ContainersPaused",
            "ContainersStopped",
            "Images",
            "Driver",
            "LoggingDriver",
            "CgroupDriver",
            "CgroupVersion",
            "KernelVersion",
            "OperatingSystem",
            "OSType",
            "Architecture",
            "NCPU",
            "MemTotal",
            "Name",
            "ServerVersion",
            "DefaultRuntime",
            "SecurityOptions",
            "Warnings");

    private InfoJson() {}

    static Info read(Cursor in) throws ApiException {
        Info.Builder value = Info.builder();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "ID" -> value.id(in.text());
                case "Containers" -> value.containers(in.int32());
                case "ContainersRunning" -> value.containersRunning(in.int32());
                case "ContainersPaused" -> value.containersPaused(in.int32());
                case "ContainersStopped" -> value.containersStopped(in.int32());
                case "Images" -> value.images(in.int32());
                case "Driver" -> value.driver(in.text());
                case "LoggingDriver" -> value.loggingDriver(in.text());
                case "CgroupDriver" -> value.cgroupDriver(in.text());
                case "CgroupVersion" -> value.cgroupVersion(in.text());
                case "KernelVersion" -> value.kernelVersion(in.text());
                case "OperatingSystem" -> value.operatingSystem(in.text());
                case "OSType" -> value.osType(in.text());
                case "Architecture" -> value.architecture(in.text());
                case "NCPU" -> value.processors(in.int32());
                case "MemTotal" -> value.memTotal(in.int64());
                case "Name" -> value.name(in.text());
                case "ServerVersion" -> value.serverVersion(in.text());
                case "DefaultRuntime" -> value.defaultRuntime(in.text());
                case "SecurityOptions" -> value.securityOptions(in.texts());
                case "Warnings" -> value.warnings(in.texts());
                default -> in.skip();
            }
        }
        in.leave(outer);
        return value.build();
    }

    static void write(JsonGenerator out, Info value) {
        out.writeStartObject();
        out.writeStringProperty("ID", value.id());
        out.writeNumberProperty("Containers", value.containers());
        out.writeNumberProperty("ContainersRunning", value.containersRunning());
        out.writeNumberProperty("ContainersPaused", value.containersPaused());
        out.writeNumberProperty("ContainersStopped", value.containersStopped());
        out.writeNumberProperty("Images", value.images());
        out.writeStringProperty("Driver", value.driver());
        out.writeStringProperty("LoggingDriver", value.loggingDriver());
        out.writeStringProperty("CgroupDriver", value.cgroupDriver());
        out.writeStringProperty("CgroupVersion", value.cgroupVersion());
        out.writeStringProperty("KernelVersion", value.kernelVersion());
        out.writeStringProperty("OperatingSystem", value.operatingSystem());
        out.writeStringProperty("OSType", value.osType());
        out.writeStringProperty("Architecture", value.architecture());
        out.writeNumberProperty("NCPU", value.processors());
        out.writeNumberProperty("MemTotal", value.memTotal());
        out.writeStringProperty("Name", value.name());
        out.writeStringProperty("ServerVersion", value.serverVersion());
        out.writeStringProperty("DefaultRuntime", value.defaultRuntime());
        Output.texts(out, "SecurityOptions", value.securityOptions(), Empty.BRACKETS);
        Output.texts(out, "Warnings", value.warnings(), Empty.NULL);
        out.writeEndObject();
    }
}

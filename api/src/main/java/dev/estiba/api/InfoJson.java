package dev.estiba.api;

import java.util.List;
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
            "DriverStatus",
            "DockerRootDir",
            "Plugins",
            "MemoryLimit",
            "SwapLimit",
            "CpuCfsPeriod",
            "CpuCfsQuota",
            "CPUShares",
            "CPUSet",
            "PidsLimit",
            "OomKillDisable",
            "IPv4Forwarding",
            "Debug",
            "NFd",
            "NGoroutines",
            "SystemTime",
            "LoggingDriver",
            "CgroupDriver",
            "CgroupVersion",
            "NEventsListener",
            "KernelVersion",
            "OperatingSystem",
            "OSVersion",
            "OSType",
            "Architecture",
            "NCPU",
            "MemTotal",
            "IndexServerAddress",
            "HttpProxy",
            "HttpsProxy",
            "NoProxy",
            "Name",
            "Labels",
            "ServerVersion",
            "Runtimes",
            "DefaultRuntime",
            "LiveRestoreEnabled",
            "InitBinary",
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
                case "DriverStatus" -> value.driverStatus(in.list(Cursor::texts));
                case "DockerRootDir" -> value.rootDir(in.text());
                case "Plugins" -> value.plugins(in.map(Cursor::texts));
                case "MemoryLimit" -> value.memoryLimit(in.bool());
                case "SwapLimit" -> value.swapLimit(in.bool());
                case "CpuCfsPeriod" -> value.cpuCfsPeriod(in.bool());
                case "CpuCfsQuota" -> value.cpuCfsQuota(in.bool());
                case "CPUShares" -> value.cpuShares(in.bool());
                case "CPUSet" -> value.cpuSet(in.bool());
                case "PidsLimit" -> value.pidsLimit(in.bool());
                case "OomKillDisable" -> value.oomKillDisable(in.bool());
                case "IPv4Forwarding" -> value.ipv4Forwarding(in.bool());
                case "Debug" -> value.debug(in.bool());
                case "NFd" -> value.descriptors(in.int32());
                case "NGoroutines" -> value.threads(in.int32());
                case "SystemTime" -> value.systemTime(in.text());
                case "LoggingDriver" -> value.loggingDriver(in.text());
                case "CgroupDriver" -> value.cgroupDriver(in.text());
                case "CgroupVersion" -> value.cgroupVersion(in.text());
                case "NEventsListener" -> value.eventListeners(in.int32());
                case "KernelVersion" -> value.kernelVersion(in.text());
                case "OperatingSystem" -> value.operatingSystem(in.text());
                case "OSVersion" -> value.osVersion(in.text());
                case "OSType" -> value.osType(in.text());
                case "Architecture" -> value.architecture(in.text());
                case "NCPU" -> value.processors(in.int32());
                case "MemTotal" -> value.memTotal(in.int64());
                case "IndexServerAddress" -> value.indexServerAddress(in.text());
                case "HttpProxy" -> value.httpProxy(in.text());
                case "HttpsProxy" -> value.httpsProxy(in.text());
                case "NoProxy" -> value.noProxy(in.text());
                case "Name" -> value.name(in.text());
                case "Labels" -> value.labels(in.texts());
                case "ServerVersion" -> value.serverVersion(in.text());
                case "Runtimes" -> value.runtimes(List.copyOf(in.keys()));
                case "DefaultRuntime" -> value.defaultRuntime(in.text());
                case "LiveRestoreEnabled" -> value.liveRestoreEnabled(in.bool());
                case "InitBinary" -> value.initBinary(in.text());
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
        rows(out, value);
        out.writeStringProperty("DockerRootDir", value.rootDir());
        plugins(out, value);
        out.writeBooleanProperty("MemoryLimit", value.memoryLimit());
        out.writeBooleanProperty("SwapLimit", value.swapLimit());
        out.writeBooleanProperty("CpuCfsPeriod", value.cpuCfsPeriod());
        out.writeBooleanProperty("CpuCfsQuota", value.cpuCfsQuota());
        out.writeBooleanProperty("CPUShares", value.cpuShares());
        out.writeBooleanProperty("CPUSet", value.cpuSet());
        out.writeBooleanProperty("PidsLimit", value.pidsLimit());
        out.writeBooleanProperty("OomKillDisable", value.oomKillDisable());
        out.writeBooleanProperty("IPv4Forwarding", value.ipv4Forwarding());
        out.writeBooleanProperty("Debug", value.debug());
        out.writeNumberProperty("NFd", value.descriptors());
        out.writeNumberProperty("NGoroutines", value.threads());
        out.writeStringProperty("SystemTime", value.systemTime());
        out.writeStringProperty("LoggingDriver", value.loggingDriver());
        out.writeStringProperty("CgroupDriver", value.cgroupDriver());
        out.writeStringProperty("CgroupVersion", value.cgroupVersion());
        out.writeNumberProperty("NEventsListener", value.eventListeners());
        out.writeStringProperty("KernelVersion", value.kernelVersion());
        out.writeStringProperty("OperatingSystem", value.operatingSystem());
        out.writeStringProperty("OSVersion", value.osVersion());
        out.writeStringProperty("OSType", value.osType());
        out.writeStringProperty("Architecture", value.architecture());
        out.writeNumberProperty("NCPU", value.processors());
        out.writeNumberProperty("MemTotal", value.memTotal());
        out.writeStringProperty("IndexServerAddress", value.indexServerAddress());
        out.writeStringProperty("HttpProxy", value.httpProxy());
        out.writeStringProperty("HttpsProxy", value.httpsProxy());
        out.writeStringProperty("NoProxy", value.noProxy());
        out.writeStringProperty("Name", value.name());
        Output.texts(out, "Labels", value.labels(), Empty.BRACKETS);
        out.writeStringProperty("ServerVersion", value.serverVersion());
        runtimes(out, value);
        out.writeStringProperty("DefaultRuntime", value.defaultRuntime());
        out.writeBooleanProperty("LiveRestoreEnabled", value.liveRestoreEnabled());
        out.writeStringProperty("InitBinary", value.initBinary());
        Output.texts(out, "SecurityOptions", value.securityOptions(), Empty.BRACKETS);
        Output.texts(out, "Warnings", value.warnings(), Empty.NULL);
        out.writeBooleanProperty("ExperimentalBuild", false);
        swarm(out);
        out.writeEndObject();
    }

    private static void rows(JsonGenerator out, Info value) {
        out.writeArrayPropertyStart("DriverStatus");
        for (List<String> row : value.driverStatus()) {
            out.writeStartArray();
            row.forEach(out::writeString);
            out.writeEndArray();
        }
        out.writeEndArray();
    }

    private static void plugins(JsonGenerator out, Info value) {
        out.writeObjectPropertyStart("Plugins");
        value.plugins().forEach((kind, names) -> Output.texts(out, kind, names, Empty.BRACKETS));
        out.writeNullProperty("Authorization");
        out.writeEndObject();
    }

    private static void runtimes(JsonGenerator out, Info value) {
        out.writeObjectPropertyStart("Runtimes");
        for (String runtime : value.runtimes()) {
            out.writeObjectPropertyStart(runtime);
            out.writeStringProperty("path", runtime);
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    /** There is none. */
    private static void swarm(JsonGenerator out) {
        out.writeObjectPropertyStart("Swarm");
        out.writeStringProperty("NodeID", "");
        out.writeStringProperty("NodeAddr", "");
        out.writeStringProperty("LocalNodeState", "inactive");
        out.writeBooleanProperty("ControlAvailable", false);
        out.writeStringProperty("Error", "");
        out.writeNullProperty("RemoteManagers");
        out.writeEndObject();
    }
}

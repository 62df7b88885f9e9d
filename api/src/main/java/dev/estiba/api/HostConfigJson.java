package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link HostConfig}. */
final class HostConfigJson {
    static final FieldNames NAMES = FieldNames.of(
            "HostConfig",
            "Binds",
            "ContainerIDFile",
            "LogConfig",
            "NetworkMode",
            "PortBindings",
            "RestartPolicy",
            "AutoRemove",
            "VolumeDriver",
            "VolumesFrom",
            "ConsoleSize",
            "Annotations",
            "CapAdd",
            "CapDrop",
            "CgroupnsMode",
            "Dns",
            "DnsOptions",
            "DnsSearch",
            "ExtraHosts",
            "GroupAdd",
            "IpcMode",
            "Cgroup",
            "Links",
            "OomScoreAdj",
            "PidMode",
            "Privileged",
            "PublishAllPorts",
            "ReadonlyRootfs",
            "SecurityOpt",
            "StorageOpt",
            "Tmpfs",
            "UTSMode",
            "UsernsMode",
            "ShmSize",
            "Sysctls",
            "Runtime",
            "Isolation",
            "CpuShares",
            "Memory",
            "NanoCpus",
            "CgroupParent",
            "BlkioWeight",
            "BlkioWeightDevice",
            "BlkioDeviceReadBps",
            "BlkioDeviceWriteBps",
            "BlkioDeviceReadIOps",
            "BlkioDeviceWriteIOps",
            "CpuPeriod",
            "CpuQuota",
            "CpuRealtimePeriod",
            "CpuRealtimeRuntime",
            "CpusetCpus",
            "CpusetMems",
            "Devices",
            "DeviceCgroupRules",
            "DeviceRequests",
            "KernelMemory",
            "KernelMemoryTCP",
            "MemoryReservation",
            "MemorySwap",
            "MemorySwappiness",
            "OomKillDisable",
            "PidsLimit",
            "Ulimits",
            "CpuCount",
            "CpuPercent",
            "IOMaximumIOps",
            "IOMaximumBandwidth",
            "Mounts",
            "MaskedPaths",
            "ReadonlyPaths",
            "Init",
            "IDMappings");

    private HostConfigJson() {}

    static HostConfig read(Cursor in) throws ApiException {
        HostConfig.Builder value = HostConfig.builder();
        Resources.Builder resourcesFields = Resources.builder();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Binds" -> value.binds(in.texts());
                case "ContainerIDFile" -> value.containerIdFile(in.text());
                case "LogConfig" -> value.logConfig(LogConfigJson.read(in));
                case "NetworkMode" -> value.networkMode(in.text());
                case "PortBindings" -> value.portBindings(in.map(each -> each.list(PortBindingJson::read)));
                case "RestartPolicy" -> value.restartPolicy(RestartPolicyJson.read(in));
                case "AutoRemove" -> value.autoRemove(in.bool());
                case "VolumeDriver" -> value.volumeDriver(in.text());
                case "VolumesFrom" -> value.volumesFrom(in.texts());
                case "ConsoleSize" -> value.consoleSize(ConsoleSizeJson.read(in));
                case "Annotations" -> value.annotations(in.textMap());
                case "CapAdd" -> value.capAdd(in.textOrTexts());
                case "CapDrop" -> value.capDrop(in.textOrTexts());
                case "CgroupnsMode" -> value.cgroupnsMode(in.text());
                case "Dns" -> value.dns(in.texts());
                case "DnsOptions" -> value.dnsOptions(in.texts());
                case "DnsSearch" -> value.dnsSearch(in.texts());
                case "ExtraHosts" -> value.extraHosts(in.texts());
                case "GroupAdd" -> value.groupAdd(in.texts());
                case "IpcMode" -> value.ipcMode(in.text());
                case "Cgroup" -> value.cgroup(in.text());
                case "Links" -> value.links(in.texts());
                case "OomScoreAdj" -> value.oomScoreAdj(in.int32());
                case "PidMode" -> value.pidMode(in.text());
                case "Privileged" -> value.privileged(in.bool());
                case "PublishAllPorts" -> value.publishAllPorts(in.bool());
                case "ReadonlyRootfs" -> value.readonlyRootfs(in.bool());
                case "SecurityOpt" -> value.securityOpt(in.texts());
                case "StorageOpt" -> value.storageOpt(in.textMap());
                case "Tmpfs" -> value.tmpfs(in.textMap());
                case "UTSMode" -> value.utsMode(in.text());
                case "UsernsMode" -> value.usernsMode(in.text());
                case "ShmSize" -> value.shmSize(in.int64());
                case "Sysctls" -> value.sysctls(in.textMap());
                case "Runtime" -> value.runtime(in.text());
                case "Isolation" -> value.isolation(in.text());
                case "Mounts" -> value.mounts(in.list(MountJson::read));
                case "MaskedPaths" -> value.maskedPaths(in.texts());
                case "ReadonlyPaths" -> value.readonlyPaths(in.texts());
                case "Init" -> value.init(in.bool());
                case "IDMappings" -> value.idMappings(IdMappingsJson.read(in));
                default -> ResourcesJson.field(in, field, resourcesFields);
            }
        }
        in.leave(outer);
        value.resources(resourcesFields.build());
        return value.build();
    }

    static void write(JsonGenerator out, HostConfig value) {
        out.writeStartObject();
        Output.texts(out, "Binds", value.binds(), Empty.NULL);
        out.writeStringProperty("ContainerIDFile", value.containerIdFile());
        out.writeName("LogConfig");
        LogConfigJson.write(out, value.logConfig());
        out.writeStringProperty("NetworkMode", value.networkMode());
        Output.mapOfLists(out, "PortBindings", value.portBindings(), Empty.BRACKETS, PortBindingJson::write);
        out.writeName("RestartPolicy");
        RestartPolicyJson.write(out, value.restartPolicy());
        out.writeBooleanProperty("AutoRemove", value.autoRemove());
        out.writeStringProperty("VolumeDriver", value.volumeDriver());
        Output.texts(out, "VolumesFrom", value.volumesFrom(), Empty.NULL);
        out.writeName("ConsoleSize");
        ConsoleSizeJson.write(out, value.consoleSize());
        Output.textMap(out, "Annotations", value.annotations(), Empty.LEFT_OUT);
        Output.texts(out, "CapAdd", value.capAdd(), Empty.NULL);
        Output.texts(out, "CapDrop", value.capDrop(), Empty.NULL);
        out.writeStringProperty("CgroupnsMode", value.cgroupnsMode());
        Output.texts(out, "Dns", value.dns(), Empty.BRACKETS);
        Output.texts(out, "DnsOptions", value.dnsOptions(), Empty.BRACKETS);
        Output.texts(out, "DnsSearch", value.dnsSearch(), Empty.BRACKETS);
        Output.texts(out, "ExtraHosts", value.extraHosts(), Empty.NULL);
        Output.texts(out, "GroupAdd", value.groupAdd(), Empty.NULL);
        out.writeStringProperty("IpcMode", value.ipcMode());
        out.writeStringProperty("Cgroup", value.cgroup());
        Output.texts(out, "Links", value.links(), Empty.NULL);
        out.writeNumberProperty("OomScoreAdj", value.oomScoreAdj());
        out.writeStringProperty("PidMode", value.pidMode());
        out.writeBooleanProperty("Privileged", value.privileged());
        out.writeBooleanProperty("PublishAllPorts", value.publishAllPorts());
        out.writeBooleanProperty("ReadonlyRootfs", value.readonlyRootfs());
        Output.texts(out, "SecurityOpt", value.securityOpt(), Empty.NULL);
        Output.textMap(out, "StorageOpt", value.storageOpt(), Empty.LEFT_OUT);
        Output.textMap(out, "Tmpfs", value.tmpfs(), Empty.LEFT_OUT);
        out.writeStringProperty("UTSMode", value.utsMode());
        out.writeStringProperty("UsernsMode", value.usernsMode());
        out.writeNumberProperty("ShmSize", value.shmSize());
        Output.textMap(out, "Sysctls", value.sysctls(), Empty.LEFT_OUT);
        Output.nonEmpty(out, "Runtime", value.runtime());
        out.writeStringProperty("Isolation", value.isolation());
        ResourcesJson.fields(out, value.resources());
        Output.list(out, "Mounts", value.mounts(), Empty.LEFT_OUT, MountJson::write);
        Output.optionalTexts(out, "MaskedPaths", value.maskedPaths(), Empty.NULL);
        Output.optionalTexts(out, "ReadonlyPaths", value.readonlyPaths(), Empty.NULL);
        Output.flag(out, "Init", value.init(), Empty.LEFT_OUT);
        Output.optional(out, "IDMappings", value.idMappings(), Empty.LEFT_OUT, IdMappingsJson::write);
        out.writeEndObject();
    }
}

package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link Resources}. */
final class ResourcesJson {
    static final FieldNames NAMES = FieldNames.of(
            "HostConfig",
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
            "IOMaximumBandwidth");

    private ResourcesJson() {}

    static Resources read(Cursor in) throws ApiException {
        Resources.Builder value = Resources.builder();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            field(in, field, value);
        }
        in.leave(outer);
        return value.build();
    }

    /** The value of one field, also where these fields stand among those of another object. */
    static void field(Cursor in, String field, Resources.Builder value) throws ApiException {
        switch (field) {
            case "CpuShares" -> value.cpuShares(in.int64());
            case "Memory" -> value.memory(in.int64());
            case "NanoCpus" -> value.nanoCpus(in.int64());
            case "CgroupParent" -> value.cgroupParent(in.text());
            case "BlkioWeight" -> value.blkioWeight(in.uint16());
            case "BlkioWeightDevice" -> value.blkioWeightDevice(in.list(WeightDeviceJson::read));
            case "BlkioDeviceReadBps" -> value.blkioDeviceReadBps(in.list(ThrottleDeviceJson::read));
            case "BlkioDeviceWriteBps" -> value.blkioDeviceWriteBps(in.list(ThrottleDeviceJson::read));
            case "BlkioDeviceReadIOps" -> value.blkioDeviceReadIops(in.list(ThrottleDeviceJson::read));
            case "BlkioDeviceWriteIOps" -> value.blkioDeviceWriteIops(in.list(ThrottleDeviceJson::read));
            case "CpuPeriod" -> value.cpuPeriod(in.int64());
            case "CpuQuota" -> value.cpuQuota(in.int64());
            case "CpuRealtimePeriod" -> value.cpuRealtimePeriod(in.int64());
            case "CpuRealtimeRuntime" -> value.cpuRealtimeRuntime(in.int64());
            case "CpusetCpus" -> value.cpusetCpus(in.text());
            case "CpusetMems" -> value.cpusetMems(in.text());
            case "Devices" -> value.devices(in.list(DeviceMappingJson::read));
            case "DeviceCgroupRules" -> value.deviceCgroupRules(in.texts());
            case "DeviceRequests" -> value.deviceRequests(in.list(DeviceRequestJson::read));
            case "KernelMemory" -> value.kernelMemory(in.int64());
            case "KernelMemoryTCP" -> value.kernelMemoryTcp(in.int64());
            case "MemoryReservation" -> value.memoryReservation(in.int64());
            case "MemorySwap" -> value.memorySwap(in.int64());
            case "MemorySwappiness" -> value.memorySwappiness(in.int64());
            case "OomKillDisable" -> value.oomKillDisable(in.bool());
            case "PidsLimit" -> value.pidsLimit(in.int64());
            case "Ulimits" -> value.ulimits(in.list(UlimitJson::read));
            case "CpuCount" -> value.cpuCount(in.int64());
            case "CpuPercent" -> value.cpuPercent(in.int64());
            case "IOMaximumIOps" -> value.ioMaximumIops(in.int64());
            case "IOMaximumBandwidth" -> value.ioMaximumBandwidth(in.int64());
            default -> in.skip();
        }
    }

    static void write(JsonGenerator out, Resources value) {
        out.writeStartObject();
        fields(out, value);
        out.writeEndObject();
    }

    static void fields(JsonGenerator out, Resources value) {
        out.writeNumberProperty("CpuShares", value.cpuShares());
        out.writeNumberProperty("Memory", value.memory());
        out.writeNumberProperty("NanoCpus", value.nanoCpus());
        out.writeStringProperty("CgroupParent", value.cgroupParent());
        out.writeNumberProperty("BlkioWeight", value.blkioWeight());
        Output.list(out, "BlkioWeightDevice", value.blkioWeightDevice(), Empty.BRACKETS, WeightDeviceJson::write);
        Output.list(out, "BlkioDeviceReadBps", value.blkioDeviceReadBps(), Empty.BRACKETS, ThrottleDeviceJson::write);
        Output.list(out, "BlkioDeviceWriteBps", value.blkioDeviceWriteBps(), Empty.BRACKETS, ThrottleDeviceJson::write);
        Output.list(out, "BlkioDeviceReadIOps", value.blkioDeviceReadIops(), Empty.BRACKETS, ThrottleDeviceJson::write);
        Output.list(
                out, "BlkioDeviceWriteIOps", value.blkioDeviceWriteIops(), Empty.BRACKETS, ThrottleDeviceJson::write);
        out.writeNumberProperty("CpuPeriod", value.cpuPeriod());
        out.writeNumberProperty("CpuQuota", value.cpuQuota());
        out.writeNumberProperty("CpuRealtimePeriod", value.cpuRealtimePeriod());
        out.writeNumberProperty("CpuRealtimeRuntime", value.cpuRealtimeRuntime());
        out.writeStringProperty("CpusetCpus", value.cpusetCpus());
        out.writeStringProperty("CpusetMems", value.cpusetMems());
        Output.list(out, "Devices", value.devices(), Empty.BRACKETS, DeviceMappingJson::write);
        Output.texts(out, "DeviceCgroupRules", value.deviceCgroupRules(), Empty.NULL);
        Output.list(out, "DeviceRequests", value.deviceRequests(), Empty.NULL, DeviceRequestJson::write);
        Output.nonZero(out, "KernelMemory", value.kernelMemory());
        Output.nonZero(out, "KernelMemoryTCP", value.kernelMemoryTcp());
        out.writeNumberProperty("MemoryReservation", value.memoryReservation());
        out.writeNumberProperty("MemorySwap", value.memorySwap());
        Output.number(out, "MemorySwappiness", value.memorySwappiness(), Empty.NULL);
        Output.flag(out, "OomKillDisable", value.oomKillDisable(), Empty.NULL);
        Output.number(out, "PidsLimit", value.pidsLimit(), Empty.NULL);
        Output.list(out, "Ulimits", value.ulimits(), Empty.BRACKETS, UlimitJson::write);
        out.writeNumberProperty("CpuCount", value.cpuCount());
        out.writeNumberProperty("CpuPercent", value.cpuPercent());
        out.writeNumberProperty("IOMaximumIOps", value.ioMaximumIops());
        out.writeNumberProperty("IOMaximumBandwidth", value.ioMaximumBandwidth());
    }
}

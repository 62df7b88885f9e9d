package dev.estiba.oci.runtime;

import dev.estiba.oci.json.Output;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** Writes the {@code linux.resources} section. */
final class ResourcesWriter {
    private ResourcesWriter() {}

    static void resources(JsonGenerator out, Resources resources) {
        out.writeStartObject();
        devices(out, resources);
        if (resources.memory().isPresent()) {
            memory(out, resources.memory().get());
        }
        if (resources.cpu().isPresent()) {
            cpu(out, resources.cpu().get());
        }
        if (resources.pids().isPresent()) {
            out.writeObjectPropertyStart("pids");
            Output.number(out, "limit", resources.pids().get().limit());
            out.writeEndObject();
        }
        if (resources.blockIo().isPresent()) {
            blockIo(out, resources.blockIo().get());
        }
        hugepageLimits(out, resources);
        if (resources.network().isPresent()) {
            network(out, resources.network().get());
        }
        rdma(out, resources);
        Output.textMap(out, "unified", resources.unified());
        out.writeEndObject();
    }

    private static void devices(JsonGenerator out, Resources resources) {
        if (resources.devices().isEmpty()) {
            return;
        }
        out.writeArrayPropertyStart("devices");
        for (DeviceRule rule : resources.devices()) {
            out.writeStartObject();
            out.writeBooleanProperty("allow", rule.allow());
            Output.text(out, "type", rule.type());
            Output.number(out, "major", rule.major());
            Output.number(out, "minor", rule.minor());
            Output.text(out, "access", rule.access());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void memory(JsonGenerator out, Memory memory) {
        out.writeObjectPropertyStart("memory");
        Output.number(out, "limit", memory.limit());
        Output.number(out, "reservation", memory.reservation());
        Output.number(out, "swap", memory.swap());
        Output.number(out, "kernel", memory.kernel());
        Output.number(out, "kernelTCP", memory.kernelTcp());
        Output.unsigned(out, "swappiness", memory.swappiness());
        Output.flag(out, "disableOOMKiller", memory.disableOomKiller());
        Output.flag(out, "useHierarchy", memory.useHierarchy());
        Output.flag(out, "checkBeforeUpdate", memory.checkBeforeUpdate());
        out.writeEndObject();
    }

    private static void cpu(JsonGenerator out, Cpu cpu) {
        out.writeObjectPropertyStart("cpu");
        Output.unsigned(out, "shares", cpu.shares());
        Output.number(out, "quota", cpu.quota());
        Output.unsigned(out, "burst", cpu.burst());
        Output.unsigned(out, "period", cpu.period());
        Output.number(out, "realtimeRuntime", cpu.realtimeRuntime());
        Output.unsigned(out, "realtimePeriod", cpu.realtimePeriod());
        Output.text(out, "cpus", cpu.cpus());
        Output.text(out, "mems", cpu.mems());
        Output.number(out, "idle", cpu.idle());
        out.writeEndObject();
    }

    private static void blockIo(JsonGenerator out, BlockIo blockIo) {
        out.writeObjectPropertyStart("blockIO");
        Output.number(out, "weight", blockIo.weight());
        Output.number(out, "leafWeight", blockIo.leafWeight());
        weightDevices(out, blockIo.weightDevice());
        throttleDevices(out, "throttleReadBpsDevice", blockIo.throttleReadBpsDevice());
        throttleDevices(out, "throttleWriteBpsDevice", blockIo.throttleWriteBpsDevice());
        throttleDevices(out, "throttleReadIOPSDevice", blockIo.throttleReadIopsDevice());
        throttleDevices(out, "throttleWriteIOPSDevice", blockIo.throttleWriteIopsDevice());
        out.writeEndObject();
    }

    private static void weightDevices(JsonGenerator out, List<BlockIo.WeightDevice> devices) {
        if (devices.isEmpty()) {
            return;
        }
        out.writeArrayPropertyStart("weightDevice");
        for (BlockIo.WeightDevice device : devices) {
            out.writeStartObject();
            out.writeNumberProperty("major", device.major());
            out.writeNumberProperty("minor", device.minor());
            Output.number(out, "weight", device.weight());
            Output.number(out, "leafWeight", device.leafWeight());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void throttleDevices(JsonGenerator out, String name, List<BlockIo.ThrottleDevice> devices) {
        if (devices.isEmpty()) {
            return;
        }
        out.writeArrayPropertyStart(name);
        for (BlockIo.ThrottleDevice device : devices) {
            out.writeStartObject();
            out.writeNumberProperty("major", device.major());
            out.writeNumberProperty("minor", device.minor());
            Output.unsigned(out, "rate", device.rate());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void hugepageLimits(JsonGenerator out, Resources resources) {
        if (resources.hugepageLimits().isEmpty()) {
            return;
        }
        out.writeArrayPropertyStart("hugepageLimits");
        for (HugepageLimit limit : resources.hugepageLimits()) {
            out.writeStartObject();
            out.writeStringProperty("pageSize", limit.pageSize());
            Output.unsigned(out, "limit", limit.limit());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void network(JsonGenerator out, NetworkClass network) {
        out.writeObjectPropertyStart("network");
        Output.number(out, "classID", network.classId());
        if (!network.priorities().isEmpty()) {
            out.writeArrayPropertyStart("priorities");
            for (NetworkClass.InterfacePriority priority : network.priorities()) {
                out.writeStartObject();
                out.writeStringProperty("name", priority.name());
                out.writeNumberProperty("priority", priority.priority());
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private static void rdma(JsonGenerator out, Resources resources) {
        if (resources.rdma().isEmpty()) {
            return;
        }
        out.writeObjectPropertyStart("rdma");
        for (Map.Entry<String, Rdma> device : resources.rdma().entrySet()) {
            out.writeObjectPropertyStart(device.getKey());
            Output.number(out, "hcaHandles", device.getValue().hcaHandles());
            Output.number(out, "hcaObjects", device.getValue().hcaObjects());
            out.writeEndObject();
        }
        out.writeEndObject();
    }
}

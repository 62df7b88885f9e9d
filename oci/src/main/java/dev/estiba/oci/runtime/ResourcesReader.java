package dev.estiba.oci.runtime;

import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads the {@code linux.resources} section. */
final class ResourcesReader {
    static final List<String> RESOURCES =
            List.of("devices", "memory", "cpu", "pids", "blockIO", "hugepageLimits", "network", "rdma", "unified");
    static final List<String> DEVICE_RULE = List.of("allow", "type", "major", "minor", "access");
    static final List<String> MEMORY = List.of(
            "limit",
            "reservation",
            "swap",
            "kernel",
            "kernelTCP",
            "swappiness",
            "disableOOMKiller",
            "useHierarchy",
            "checkBeforeUpdate");
    static final List<String> CPU =
            List.of("shares", "quota", "burst", "period", "realtimeRuntime", "realtimePeriod", "cpus", "mems", "idle");
    static final List<String> PIDS = List.of("limit");
    static final List<String> BLOCK_IO = List.of(
            "weight",
            "leafWeight",
            "weightDevice",
            "throttleReadBpsDevice",
            "throttleWriteBpsDevice",
            "throttleReadIOPSDevice",
            "throttleWriteIOPSDevice");
    static final List<String> WEIGHT_DEVICE = List.of("major", "minor", "weight", "leafWeight");
    static final List<String> THROTTLE_DEVICE = List.of("major", "minor", "rate");
    static final List<String> HUGEPAGE_LIMIT = List.of("pageSize", "limit");
    static final List<String> NETWORK = List.of("classID", "priorities");
    static final List<String> INTERFACE_PRIORITY = List.of("name", "priority");
    static final List<String> RDMA = List.of("hcaHandles", "hcaObjects");

    private ResourcesReader() {}

    static Resources resources(Cursor in) throws DocumentException {
        Resources.Builder resources = Resources.builder();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "devices" -> resources.devices(deviceRules(in));
                case "memory" -> resources.memory(memory(in));
                case "cpu" -> resources.cpu(cpu(in));
                case "pids" -> resources.pids(pids(in));
                case "blockIO" -> resources.blockIo(blockIo(in));
                case "hugepageLimits" -> resources.hugepageLimits(hugepageLimits(in));
                case "network" -> resources.network(network(in));
                case "rdma" -> resources.rdma(rdma(in));
                case "unified" -> resources.unified(in.textMap(Cursor.Strings.FOR_C));
                default -> in.unknown(RESOURCES);
            }
        }
        return resources.build();
    }

    private static List<DeviceRule> deviceRules(Cursor in) throws DocumentException {
        List<DeviceRule> rules = new ArrayList<>();
        in.array();
        while (in.nextElement()) {
            rules.add(deviceRule(in));
        }
        return rules;
    }

    private static DeviceRule deviceRule(Cursor in) throws DocumentException {
        Boolean allow = null;
        String type = "";
        OptionalLong major = OptionalLong.empty();
        OptionalLong minor = OptionalLong.empty();
        String access = "";
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "allow" -> allow = in.bool();
                case "type" -> type = in.text();
                case "major" -> major = OptionalLong.of(in.int64());
                case "minor" -> minor = OptionalLong.of(in.int64());
                case "access" -> access = in.text();
                default -> in.unknown(DEVICE_RULE);
            }
        }
        return new DeviceRule(in.required(allow, "allow"), Optional.of(type), major, minor, Optional.of(access));
    }

    private static Memory memory(Cursor in) throws DocumentException {
        Memory.Builder memory = Memory.builder();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "limit" -> memory.limit(in.int64());
                case "reservation" -> memory.reservation(in.int64());
                case "swap" -> memory.swap(in.int64());
                case "kernel" -> memory.kernel(in.int64());
                case "kernelTCP" -> memory.kernelTcp(in.int64());
                case "swappiness" -> memory.swappiness(in.uint64());
                case "disableOOMKiller" -> memory.disableOomKiller(in.bool());
                case "useHierarchy" -> memory.useHierarchy(in.bool());
                case "checkBeforeUpdate" -> memory.checkBeforeUpdate(in.bool());
                default -> in.unknown(MEMORY);
            }
        }
        return memory.build();
    }

    private static Cpu cpu(Cursor in) throws DocumentException {
        Cpu.Builder cpu = Cpu.builder();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "shares" -> cpu.shares(in.uint64());
                case "quota" -> cpu.quota(in.int64());
                case "burst" -> cpu.burst(in.uint64());
                case "period" -> cpu.period(in.uint64());
                case "realtimeRuntime" -> cpu.realtimeRuntime(in.int64());
                case "realtimePeriod" -> cpu.realtimePeriod(in.uint64());
                case "cpus" -> cpu.cpus(in.text());
                case "mems" -> cpu.mems(in.text());
                case "idle" -> cpu.idle(in.int64());
                default -> in.unknown(CPU);
            }
        }
        return cpu.build();
    }

    private static Pids pids(Cursor in) throws DocumentException {
        OptionalLong limit = OptionalLong.empty();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "limit" -> limit = OptionalLong.of(in.int64());
                default -> in.unknown(PIDS);
            }
        }
        return new Pids(limit);
    }

    private static BlockIo blockIo(Cursor in) throws DocumentException {
        BlockIo.Builder blockIo = BlockIo.builder();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "weight" -> blockIo.weight(in.between(0, BlockIo.MAX_WEIGHT));
                case "leafWeight" -> blockIo.leafWeight(in.between(0, BlockIo.MAX_WEIGHT));
                case "weightDevice" -> blockIo.weightDevice(weightDevices(in));
                case "throttleReadBpsDevice" -> blockIo.throttleReadBpsDevice(throttleDevices(in));
                case "throttleWriteBpsDevice" -> blockIo.throttleWriteBpsDevice(throttleDevices(in));
                case "throttleReadIOPSDevice" -> blockIo.throttleReadIopsDevice(throttleDevices(in));
                case "throttleWriteIOPSDevice" -> blockIo.throttleWriteIopsDevice(throttleDevices(in));
                default -> in.unknown(BLOCK_IO);
            }
        }
        return blockIo.build();
    }

    private static List<BlockIo.WeightDevice> weightDevices(Cursor in) throws DocumentException {
        List<BlockIo.WeightDevice> devices = new ArrayList<>();
        in.array();
        while (in.nextElement()) {
            devices.add(weightDevice(in));
        }
        return devices;
    }

    private static BlockIo.WeightDevice weightDevice(Cursor in) throws DocumentException {
        Long major = null;
        Long minor = null;
        OptionalInt weight = OptionalInt.empty();
        OptionalInt leafWeight = OptionalInt.empty();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "major" -> major = in.int64();
                case "minor" -> minor = in.int64();
                case "weight" -> weight = OptionalInt.of(in.between(0, BlockIo.MAX_WEIGHT));
                case "leafWeight" -> leafWeight = OptionalInt.of(in.between(0, BlockIo.MAX_WEIGHT));
                default -> in.unknown(WEIGHT_DEVICE);
            }
        }
        return new BlockIo.WeightDevice(in.required(major, "major"), in.required(minor, "minor"), weight, leafWeight);
    }

    private static List<BlockIo.ThrottleDevice> throttleDevices(Cursor in) throws DocumentException {
        List<BlockIo.ThrottleDevice> devices = new ArrayList<>();
        in.array();
        while (in.nextElement()) {
            devices.add(throttleDevice(in));
        }
        return devices;
    }

    private static BlockIo.ThrottleDevice throttleDevice(Cursor in) throws DocumentException {
        Long major = null;
        Long minor = null;
        long rate = 0;
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "major" -> major = in.int64();
                case "minor" -> minor = in.int64();
                case "rate" -> rate = in.uint64();
                default -> in.unknown(THROTTLE_DEVICE);
            }
        }
        return new BlockIo.ThrottleDevice(in.required(major, "major"), in.required(minor, "minor"), rate);
    }

    private static List<HugepageLimit> hugepageLimits(Cursor in) throws DocumentException {
        List<HugepageLimit> limits = new ArrayList<>();
        in.array();
        while (in.nextElement()) {
            limits.add(hugepageLimit(in));
        }
        return limits;
    }

    private static HugepageLimit hugepageLimit(Cursor in) throws DocumentException {
        String pageSize = null;
        Long limit = null;
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "pageSize" -> pageSize = in.text();
                case "limit" -> limit = in.uint64();
                default -> in.unknown(HUGEPAGE_LIMIT);
            }
        }
        return new HugepageLimit(in.required(pageSize, "pageSize"), in.required(limit, "limit"));
    }

    private static NetworkClass network(Cursor in) throws DocumentException {
        OptionalLong classId = OptionalLong.empty();
        List<NetworkClass.InterfacePriority> priorities = List.of();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "classID" -> classId = OptionalLong.of(in.uint32());
                case "priorities" -> priorities = interfacePriorities(in);
                default -> in.unknown(NETWORK);
            }
        }
        return new NetworkClass(classId, priorities);
    }

    private static List<NetworkClass.InterfacePriority> interfacePriorities(Cursor in) throws DocumentException {
        List<NetworkClass.InterfacePriority> priorities = new ArrayList<>();
        in.array();
        while (in.nextElement()) {
            priorities.add(interfacePriority(in));
        }
        return priorities;
    }

    private static NetworkClass.InterfacePriority interfacePriority(Cursor in) throws DocumentException {
        String interfaceName = null;
        Long priority = null;
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "name" -> interfaceName = in.text();
                case "priority" -> priority = in.uint32();
                default -> in.unknown(INTERFACE_PRIORITY);
            }
        }
        return new NetworkClass.InterfacePriority(
                in.required(interfaceName, "name"), in.required(priority, "priority"));
    }

    private static Map<String, Rdma> rdma(Cursor in) throws DocumentException {
        Map<String, Rdma> devices = new LinkedHashMap<>();
        in.object();
        for (String device = in.nextField(); device != null; device = in.nextField()) {
            devices.put(in.key(device), rdmaLimit(in));
        }
        return devices;
    }

    private static Rdma rdmaLimit(Cursor in) throws DocumentException {
        OptionalLong hcaHandles = OptionalLong.empty();
        OptionalLong hcaObjects = OptionalLong.empty();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "hcaHandles" -> hcaHandles = OptionalLong.of(in.uint32());
                case "hcaObjects" -> hcaObjects = OptionalLong.of(in.uint32());
                default -> in.unknown(RDMA);
            }
        }
        return new Rdma(hcaHandles, hcaObjects);
    }
}

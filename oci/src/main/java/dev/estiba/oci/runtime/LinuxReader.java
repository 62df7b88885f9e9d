package dev.estiba.oci.runtime;

import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the {@code linux} section. */
final class LinuxReader {
    static final List<String> LINUX = List.of(
            "namespaces",
            "uidMappings",
            "gidMappings",
            "timeOffsets",
            "devices",
            "netDevices",
            "cgroupsPath",
            "resources",
            "intelRdt",
            "memoryPolicy",
            "sysctl",
            "seccomp",
            "rootfsPropagation",
            "maskedPaths",
            "readonlyPaths",
            "mountLabel",
            "personality");
    static final List<String> NAMESPACE = List.of("type", "path");
    static final List<String> TIME_OFFSET = List.of("secs", "nanosecs");
    static final List<String> DEVICE = List.of("type", "path", "major", "minor", "fileMode", "uid", "gid");
    static final List<String> NET_DEVICE = List.of("name");
    static final List<String> INTEL_RDT =
            List.of("closID", "schemata", "l3CacheSchema", "memBwSchema", "enableMonitoring");
    static final List<String> MEMORY_POLICY = List.of("mode", "nodes", "flags");
    static final List<String> PERSONALITY = List.of("domain", "flags");

    private LinuxReader() {}

    static Linux linux(Cursor in) throws DocumentException {
        Linux.Builder linux = Linux.builder();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "namespaces" -> linux.namespaces(namespaces(in));
                case "uidMappings" -> linux.uidMappings(ConfigReader.idMappings(in));
                case "gidMappings" -> linux.gidMappings(ConfigReader.idMappings(in));
                case "timeOffsets" -> linux.timeOffsets(timeOffsets(in));
                case "devices" -> linux.devices(devices(in));
                case "netDevices" -> linux.netDevices(netDevices(in));
                case "cgroupsPath" -> linux.cgroupsPath(in.text());
                case "resources" -> linux.resources(ResourcesReader.resources(in));
                case "intelRdt" -> linux.intelRdt(intelRdt(in));
                case "memoryPolicy" -> linux.memoryPolicy(memoryPolicy(in));
                case "sysctl" -> linux.sysctl(in.textMap(Cursor.Strings.FOR_C));
                case "seccomp" -> linux.seccomp(SeccompSource.read(in));
                case "rootfsPropagation" -> linux.rootfsPropagation(in.text());
                case "maskedPaths" -> linux.maskedPaths(in.texts());
                case "readonlyPaths" -> linux.readonlyPaths(in.texts());
                case "mountLabel" -> linux.mountLabel(in.text());
                case "personality" -> linux.personality(personality(in));
                default -> in.unknown(LINUX);
            }
        }
        return linux.build();
    }

    private static List<Namespace> namespaces(Cursor in) throws DocumentException {
        List<Namespace> namespaces = new ArrayList<>();
        in.array();
        while (in.nextElement()) {
            namespaces.add(namespace(in));
        }
        return namespaces;
    }

    private static Namespace namespace(Cursor in) throws DocumentException {
        Namespace.Type type = null;
        String path = "";
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "type" -> type = in.word(Namespace.Type.values());
                case "path" -> path = in.text();
                default -> in.unknown(NAMESPACE);
            }
        }
        return new Namespace(in.required(type, "type"), Optional.of(path));
    }

    private static Map<String, TimeOffset> timeOffsets(Cursor in) throws DocumentException {
        Map<String, TimeOffset> offsets = new LinkedHashMap<>();
        in.object();
        for (String clock = in.nextField(); clock != null; clock = in.nextField()) {
            offsets.put(in.key(clock), timeOffset(in));
        }
        return offsets;
    }

    private static TimeOffset timeOffset(Cursor in) throws DocumentException {
        long secs = 0;
        long nanosecs = 0;
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "secs" -> secs = in.int64();
                case "nanosecs" -> nanosecs = in.uint32();
                default -> in.unknown(TIME_OFFSET);
            }
        }
        return new TimeOffset(secs, nanosecs);
    }

    private static List<Device> devices(Cursor in) throws DocumentException {
        List<Device> devices = new ArrayList<>();
        in.array();
        while (in.nextElement()) {
            devices.add(device(in));
        }
        return devices;
    }

    private static Device device(Cursor in) throws DocumentException {
        Device.Type type = null;
        String path = null;
        OptionalLong major = OptionalLong.empty();
        OptionalLong minor = OptionalLong.empty();
        OptionalLong fileMode = OptionalLong.empty();
        OptionalLong uid = OptionalLong.empty();
        OptionalLong gid = OptionalLong.empty();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "type" -> type = in.word(Device.Type.values());
                case "path" -> path = in.text();
                case "major" -> major = OptionalLong.of(in.int64());
                case "minor" -> minor = OptionalLong.of(in.int64());
                case "fileMode" -> fileMode = OptionalLong.of(in.uint32());
                case "uid" -> uid = OptionalLong.of(in.uint32());
                case "gid" -> gid = OptionalLong.of(in.uint32());
                default -> in.unknown(DEVICE);
            }
        }
        return new Device(in.required(type, "type"), in.required(path, "path"), major, minor, fileMode, uid, gid);
    }

    private static Map<String, NetDevice> netDevices(Cursor in) throws DocumentException {
        Map<String, NetDevice> devices = new LinkedHashMap<>();
        in.object();
        for (String device = in.nextField(); device != null; device = in.nextField()) {
            devices.put(in.key(device), netDevice(in));
        }
        return devices;
    }

    private static NetDevice netDevice(Cursor in) throws DocumentException {
        String inside = "";
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "name" -> inside = in.text();
                default -> in.unknown(NET_DEVICE);
            }
        }
        return new NetDevice(Optional.of(inside));
    }

    private static IntelRdt intelRdt(Cursor in) throws DocumentException {
        String closId = "";
        List<String> schemata = List.of();
        String l3CacheSchema = "";
        String memBwSchema = "";
        boolean enableMonitoring = false;
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "closID" -> closId = in.text();
                case "schemata" -> schemata = in.texts();
                case "l3CacheSchema" -> l3CacheSchema = in.text();
                case "memBwSchema" -> memBwSchema = in.text();
                case "enableMonitoring" -> enableMonitoring = in.bool();
                default -> in.unknown(INTEL_RDT);
            }
        }
        return new IntelRdt(
                Optional.of(closId), schemata, Optional.of(l3CacheSchema), Optional.of(memBwSchema), enableMonitoring);
    }

    private static MemoryPolicy memoryPolicy(Cursor in) throws DocumentException {
        Optional<MemoryPolicy.Mode> mode = Optional.empty();
        String nodes = "";
        List<MemoryPolicy.Flag> flags = List.of();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "mode" -> mode = Optional.of(in.word(MemoryPolicy.Mode.values()));
                case "nodes" -> nodes = in.text();
                case "flags" -> flags = in.words(MemoryPolicy.Flag.values());
                default -> in.unknown(MEMORY_POLICY);
            }
        }
        return new MemoryPolicy(mode, Optional.of(nodes), flags);
    }

    private static Personality personality(Cursor in) throws DocumentException {
        Optional<Personality.Domain> domain = Optional.empty();
        List<String> flags = List.of();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "domain" -> domain = Optional.of(in.word(Personality.Domain.values()));
                case "flags" -> flags = in.texts();
                default -> in.unknown(PERSONALITY);
            }
        }
        return new Personality(domain, flags);
    }
}

package dev.estiba.oci.runtime;

import dev.estiba.oci.json.Output;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** Writes the {@code linux} section. */
final class LinuxWriter {
    private LinuxWriter() {}

    static void linux(JsonGenerator out, Linux linux) {
        out.writeStartObject();
        namespaces(out, linux);
        ConfigWriter.idMappings(out, "uidMappings", linux.uidMappings());
        ConfigWriter.idMappings(out, "gidMappings", linux.gidMappings());
        timeOffsets(out, linux);
        devices(out, linux);
        netDevices(out, linux);
        Output.text(out, "cgroupsPath", linux.cgroupsPath());
        if (linux.resources().isPresent()) {
            out.writeName("resources");
            ResourcesWriter.resources(out, linux.resources().get());
        }
        if (linux.intelRdt().isPresent()) {
            intelRdt(out, linux.intelRdt().get());
        }
        if (linux.memoryPolicy().isPresent()) {
            memoryPolicy(out, linux.memoryPolicy().get());
        }
        Output.textMap(out, "sysctl", linux.sysctl());
        if (linux.seccomp().isPresent()) {
            out.writeName("seccomp");
            out.writeRawValue(new String(linux.seccomp().get().raw(), StandardCharsets.UTF_8));
        }
        Output.text(out, "rootfsPropagation", linux.rootfsPropagation());
        Output.texts(out, "maskedPaths", linux.maskedPaths());
        Output.texts(out, "readonlyPaths", linux.readonlyPaths());
        Output.text(out, "mountLabel", linux.mountLabel());
        if (linux.personality().isPresent()) {
            personality(out, linux.personality().get());
        }
        out.writeEndObject();
    }

    private static void namespaces(JsonGenerator out, Linux linux) {
        if (linux.namespaces().isEmpty()) {
            return;
        }
        out.writeArrayPropertyStart("namespaces");
        for (Namespace namespace : linux.namespaces()) {
            out.writeStartObject();
            Output.word(out, "type", namespace.type());
            Output.text(out, "path", namespace.path());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void timeOffsets(JsonGenerator out, Linux linux) {
        if (linux.timeOffsets().isEmpty()) {
            return;
        }
        out.writeObjectPropertyStart("timeOffsets");
        for (Map.Entry<String, TimeOffset> offset : linux.timeOffsets().entrySet()) {
            out.writeObjectPropertyStart(offset.getKey());
            Output.nonZero(out, "secs", offset.getValue().secs());
            Output.nonZero(out, "nanosecs", offset.getValue().nanosecs());
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private static void devices(JsonGenerator out, Linux linux) {
        if (linux.devices().isEmpty()) {
            return;
        }
        out.writeArrayPropertyStart("devices");
        for (Device device : linux.devices()) {
            out.writeStartObject();
            out.writeStringProperty("path", device.path());
            Output.word(out, "type", device.type());
            Output.number(out, "major", device.major());
            Output.number(out, "minor", device.minor());
            Output.number(out, "fileMode", device.fileMode());
            Output.number(out, "uid", device.uid());
            Output.number(out, "gid", device.gid());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void netDevices(JsonGenerator out, Linux linux) {
        if (linux.netDevices().isEmpty()) {
            return;
        }
        out.writeObjectPropertyStart("netDevices");
        for (Map.Entry<String, NetDevice> device : linux.netDevices().entrySet()) {
            out.writeObjectPropertyStart(device.getKey());
            Output.text(out, "name", device.getValue().name());
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private static void intelRdt(JsonGenerator out, IntelRdt intelRdt) {
        out.writeObjectPropertyStart("intelRdt");
        Output.text(out, "closID", intelRdt.closId());
        Output.texts(out, "schemata", intelRdt.schemata());
        Output.text(out, "l3CacheSchema", intelRdt.l3CacheSchema());
        Output.text(out, "memBwSchema", intelRdt.memBwSchema());
        Output.flag(out, "enableMonitoring", intelRdt.enableMonitoring());
        out.writeEndObject();
    }

    private static void memoryPolicy(JsonGenerator out, MemoryPolicy policy) {
        out.writeObjectPropertyStart("memoryPolicy");
        if (policy.mode().isPresent()) {
            Output.word(out, "mode", policy.mode().get());
        }
        Output.text(out, "nodes", policy.nodes());
        Output.words(out, "flags", policy.flags());
        out.writeEndObject();
    }

    private static void personality(JsonGenerator out, Personality personality) {
        out.writeObjectPropertyStart("personality");
        if (personality.domain().isPresent()) {
            Output.word(out, "domain", personality.domain().get());
        }
        Output.texts(out, "flags", personality.flags());
        out.writeEndObject();
    }
}

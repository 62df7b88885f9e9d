package dev.estiba.oci.runtime;

import dev.estiba.oci.json.Layout;
import dev.estiba.oci.json.Output;
import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;

/** Writes {@link Features} as features.md describes them: a list that is there and empty says "none", not "unknown". */
public final class FeaturesWriter {
    private FeaturesWriter() {}

    /** The document of {@code features}. */
    public static byte[] write(Features features, Layout layout) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(8192);
        try (JsonGenerator out = Output.open(bytes, layout)) {
            out.writeStartObject();
            out.writeStringProperty("ociVersionMin", features.ociVersionMin());
            out.writeStringProperty("ociVersionMax", features.ociVersionMax());
            Output.allTexts(out, "hooks", features.hooks());
            Output.allTexts(out, "mountOptions", features.mountOptions());
            if (features.linux().isPresent()) {
                linux(out, features.linux().get());
            }
            Output.textMap(out, "annotations", features.annotations());
            Output.allTexts(out, "potentiallyUnsafeConfigAnnotations", features.potentiallyUnsafeConfigAnnotations());
            out.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static void linux(JsonGenerator out, LinuxFeatures linux) {
        out.writeObjectPropertyStart("linux");
        Output.allWords(out, "namespaces", linux.namespaces());
        Output.allTexts(out, "capabilities", linux.capabilities());
        out.writeObjectPropertyStart("cgroup");
        out.writeBooleanProperty("v1", linux.cgroup().v1());
        out.writeBooleanProperty("v2", linux.cgroup().v2());
        out.writeBooleanProperty("systemd", linux.cgroup().systemd());
        out.writeBooleanProperty("systemdUser", linux.cgroup().systemdUser());
        out.writeBooleanProperty("rdma", linux.cgroup().rdma());
        out.writeEndObject();
        seccomp(out, linux.seccomp());
        enabled(out, "apparmor", linux.apparmor());
        enabled(out, "selinux", linux.selinux());
        out.writeObjectPropertyStart("intelRdt");
        out.writeBooleanProperty("enabled", linux.intelRdt().enabled());
        out.writeBooleanProperty("schemata", linux.intelRdt().schemata());
        out.writeBooleanProperty("monitoring", linux.intelRdt().monitoring());
        out.writeEndObject();
        out.writeObjectPropertyStart("memoryPolicy");
        Output.allWords(out, "modes", linux.memoryPolicy().modes());
        Output.allWords(out, "flags", linux.memoryPolicy().flags());
        out.writeEndObject();
        out.writeObjectPropertyStart("mountExtensions");
        enabled(out, "idmap", linux.idmap());
        out.writeEndObject();
        enabled(out, "netDevices", linux.netDevices());
        out.writeEndObject();
    }

    private static void seccomp(JsonGenerator out, LinuxFeatures.Seccomp seccomp) {
        out.writeObjectPropertyStart("seccomp");
        out.writeBooleanProperty("enabled", seccomp.enabled());
        Output.allWords(out, "actions", seccomp.actions());
        Output.allWords(out, "operators", seccomp.operators());
        Output.allTexts(out, "archs", seccomp.archs());
        Output.allTexts(out, "knownFlags", seccomp.knownFlags());
        Output.allTexts(out, "supportedFlags", seccomp.supportedFlags());
        out.writeEndObject();
    }

    private static void enabled(JsonGenerator out, String name, boolean value) {
        out.writeObjectPropertyStart(name);
        out.writeBooleanProperty("enabled", value);
        out.writeEndObject();
    }
}

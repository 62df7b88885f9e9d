package dev.estiba.oci.runtime;

import dev.estiba.oci.json.Layout;
import dev.estiba.oci.json.Output;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the runtime specification's JSON documents: what {@link ConfigReader} reads back to an equal value. Fields
 * come in the specification's order; what is absent or empty is left out. Text is the caller's to check: half a
 * surrogate pair becomes an escape and a NUL too, and the reader refuses both. Safe for all threads.
 */
public final class ConfigWriter {
    private ConfigWriter() {}

    /**
     * A {@code config.json}. The seccomp profile is written byte for byte as it came.
     *
     * @throws IllegalArgumentException when the configuration has sections of which only the names are known: a
     *     document without them would mean something else
     */
    public static byte[] write(Config config, Layout layout) {
        if (!config.otherSections().isEmpty()) {
            throw new IllegalArgumentException(
                    "cannot write sections that were not understood: " + String.join(", ", config.otherSections()));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
        try (JsonGenerator out = Output.open(bytes, layout)) {
            config(out, config);
        }
        return bytes.toByteArray();
    }

    /** A document for {@code exec --process}. */
    public static byte[] write(Process process, Layout layout) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator out = Output.open(bytes, layout)) {
            ProcessWriter.process(out, process);
        }
        return bytes.toByteArray();
    }

    /** A document for {@code update --resources}. */
    public static byte[] write(Resources resources, Layout layout) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator out = Output.open(bytes, layout)) {
            ResourcesWriter.resources(out, resources);
        }
        return bytes.toByteArray();
    }

    /** A seccomp profile by itself. */
    public static byte[] write(Seccomp profile, Layout layout) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(16384);
        try (JsonGenerator out = Output.open(bytes, layout)) {
            SeccompWriter.seccomp(out, profile);
        }
        return bytes.toByteArray();
    }

    private static void config(JsonGenerator out, Config config) {
        out.writeStartObject();
        out.writeStringProperty("ociVersion", config.ociVersion());
        if (config.process().isPresent()) {
            out.writeName("process");
            ProcessWriter.process(out, config.process().get());
        }
        if (config.root().isPresent()) {
            out.writeName("root");
            root(out, config.root().get());
        }
        Output.text(out, "hostname", config.hostname());
        Output.text(out, "domainname", config.domainname());
        if (!config.mounts().isEmpty()) {
            out.writeArrayPropertyStart("mounts");
            for (Mount mount : config.mounts()) {
                mount(out, mount);
            }
            out.writeEndArray();
        }
        if (!config.hooks().equals(Hooks.NONE)) {
            out.writeName("hooks");
            hooks(out, config.hooks());
        }
        Output.textMap(out, "annotations", config.annotations());
        if (config.linux().isPresent()) {
            out.writeName("linux");
            LinuxWriter.linux(out, config.linux().get());
        }
        out.writeEndObject();
    }

    private static void root(JsonGenerator out, Root root) {
        out.writeStartObject();
        out.writeStringProperty("path", root.path());
        Output.flag(out, "readonly", root.readonly());
        out.writeEndObject();
    }

    private static void mount(JsonGenerator out, Mount mount) {
        out.writeStartObject();
        out.writeStringProperty("destination", mount.destination());
        Output.text(out, "type", mount.type());
        Output.text(out, "source", mount.source());
        Output.texts(out, "options", mount.options());
        idMappings(out, "uidMappings", mount.uidMappings());
        idMappings(out, "gidMappings", mount.gidMappings());
        out.writeEndObject();
    }

    static void idMappings(JsonGenerator out, String name, List<IdMapping> mappings) {
        if (mappings.isEmpty()) {
            return;
        }
        out.writeArrayPropertyStart(name);
        for (IdMapping mapping : mappings) {
            out.writeStartObject();
            out.writeNumberProperty("containerID", mapping.containerId());
            out.writeNumberProperty("hostID", mapping.hostId());
            out.writeNumberProperty("size", mapping.size());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void hooks(JsonGenerator out, Hooks hooks) {
        out.writeStartObject();
        for (Map.Entry<String, List<Hook>> kind : List.of(
                Map.entry("prestart", hooks.prestart()),
                Map.entry("createRuntime", hooks.createRuntime()),
                Map.entry("createContainer", hooks.createContainer()),
                Map.entry("startContainer", hooks.startContainer()),
                Map.entry("poststart", hooks.poststart()),
                Map.entry("poststop", hooks.poststop()))) {
            if (!kind.getValue().isEmpty()) {
                out.writeArrayPropertyStart(kind.getKey());
                for (Hook hook : kind.getValue()) {
                    hook(out, hook);
                }
                out.writeEndArray();
            }
        }
        out.writeEndObject();
    }

    private static void hook(JsonGenerator out, Hook hook) {
        out.writeStartObject();
        out.writeStringProperty("path", hook.path());
        Output.texts(out, "args", hook.args());
        Output.texts(out, "env", hook.env());
        Output.number(out, "timeout", hook.timeout());
        out.writeEndObject();
    }
}

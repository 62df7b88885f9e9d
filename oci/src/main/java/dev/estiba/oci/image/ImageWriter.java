package dev.estiba.oci.image;

import dev.estiba.oci.image.ImageConfig.Execution;
import dev.estiba.oci.image.ImageConfig.Healthcheck;
import dev.estiba.oci.image.ImageConfig.History;
import dev.estiba.oci.json.Layout;
import dev.estiba.oci.json.Output;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/** Writes the documents of images that are made here; one that was read is never written again. Safe for all threads. */
public final class ImageWriter {
    private static final int SCHEMA_VERSION = 2;

    private ImageWriter() {}

    private interface Content {
        void write(JsonGenerator out);
    }

    private static byte[] document(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = Output.open(bytes, Layout.COMPACT)) {
            out.writeStartObject();
            content.write(out);
            out.writeEndObject();
        }
        return bytes.toByteArray();
    }

    public static byte[] write(Manifest manifest) {
        return document(out -> {
            out.writeNumberProperty("schemaVersion", SCHEMA_VERSION);
            Output.text(out, "mediaType", manifest.mediaType());
            Output.text(out, "artifactType", manifest.artifactType());
            out.writeName("config");
            descriptor(out, manifest.config());
            descriptors(out, "layers", manifest.layers());
            manifest.subject().ifPresent(subject -> {
                out.writeName("subject");
                descriptor(out, subject);
            });
            Output.textMap(out, "annotations", manifest.annotations());
        });
    }

    public static byte[] write(Index index) {
        return document(out -> {
            out.writeNumberProperty("schemaVersion", SCHEMA_VERSION);
            Output.text(out, "mediaType", index.mediaType());
            Output.text(out, "artifactType", index.artifactType());
            descriptors(out, "manifests", index.manifests());
            index.subject().ifPresent(subject -> {
                out.writeName("subject");
                descriptor(out, subject);
            });
            Output.textMap(out, "annotations", index.annotations());
        });
    }

    public static byte[] write(ImageConfig config) {
        return document(out -> {
            Output.text(out, "created", config.created());
            Output.text(out, "author", config.author());
            platform(out, config.platform());
            if (!config.execution().equals(Execution.NOTHING)) {
                out.writeObjectPropertyStart("config");
                execution(out, config.execution());
                out.writeEndObject();
            }
            out.writeObjectPropertyStart("rootfs");
            out.writeStringProperty("type", "layers");
            Output.allTexts(
                    out,
                    "diff_ids",
                    config.diffIds().stream().map(Digest::toString).toList());
            out.writeEndObject();
            if (!config.history().isEmpty()) {
                out.writeArrayPropertyStart("history");
                config.history().forEach(entry -> history(out, entry));
                out.writeEndArray();
            }
        });
    }

    private static void descriptors(JsonGenerator out, String name, List<Descriptor> all) {
        out.writeArrayPropertyStart(name);
        all.forEach(each -> descriptor(out, each));
        out.writeEndArray();
    }

    public static void descriptor(JsonGenerator out, Descriptor value) {
        out.writeStartObject();
        out.writeStringProperty("mediaType", value.mediaType());
        out.writeStringProperty("digest", value.digest().toString());
        out.writeNumberProperty("size", value.size());
        Output.texts(out, "urls", value.urls());
        Output.textMap(out, "annotations", value.annotations());
        value.data()
                .ifPresent(data ->
                        out.writeStringProperty("data", Base64.getEncoder().encodeToString(data)));
        value.platform().ifPresent(platform -> {
            out.writeObjectPropertyStart("platform");
            platform(out, platform);
            out.writeEndObject();
        });
        Output.text(out, "artifactType", value.artifactType());
        out.writeEndObject();
    }

    public static void platform(JsonGenerator out, Platform platform) {
        out.writeStringProperty("architecture", platform.architecture());
        out.writeStringProperty("os", platform.os());
        Output.text(out, "os.version", platform.osVersion());
        Output.texts(out, "os.features", platform.osFeatures());
        Output.text(out, "variant", platform.variant());
    }

    private static void execution(JsonGenerator out, Execution value) {
        Output.text(out, "User", value.user());
        keys(out, "ExposedPorts", value.exposedPorts());
        Output.texts(out, "Env", value.env());
        Output.texts(out, "Entrypoint", value.entrypoint());
        Output.texts(out, "Cmd", value.cmd());
        keys(out, "Volumes", value.volumes());
        Output.text(out, "WorkingDir", value.workingDir());
        Output.textMap(out, "Labels", value.labels());
        Output.text(out, "StopSignal", value.stopSignal());
        Output.number(out, "StopTimeout", value.stopTimeout());
        value.healthcheck().ifPresent(healthcheck -> healthcheck(out, healthcheck));
        Output.texts(out, "Shell", value.shell());
        Output.texts(out, "OnBuild", value.onBuild());
        Output.flag(out, "ArgsEscaped", value.argsEscaped());
    }

    /** Go's way to write a set. */
    private static void keys(JsonGenerator out, String name, Set<String> keys) {
        if (keys.isEmpty()) {
            return;
        }
        out.writeObjectPropertyStart(name);
        for (String key : keys) {
            out.writeObjectPropertyStart(key);
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private static void healthcheck(JsonGenerator out, Healthcheck value) {
        out.writeObjectPropertyStart("Healthcheck");
        Output.texts(out, "Test", value.test());
        Output.number(out, "Interval", value.interval());
        Output.number(out, "Timeout", value.timeout());
        Output.number(out, "StartPeriod", value.startPeriod());
        Output.number(out, "StartInterval", value.startInterval());
        Output.number(out, "Retries", value.retries());
        out.writeEndObject();
    }

    private static void history(JsonGenerator out, History entry) {
        out.writeStartObject();
        Output.text(out, "created", entry.created());
        Output.text(out, "created_by", entry.createdBy());
        Output.text(out, "author", entry.author());
        Output.text(out, "comment", entry.comment());
        Output.flag(out, "empty_layer", entry.emptyLayer());
        out.writeEndObject();
    }
}

package dev.estiba.oci.image;

import dev.estiba.oci.image.ImageConfig.Execution;
import dev.estiba.oci.image.ImageConfig.Healthcheck;
import dev.estiba.oci.image.ImageConfig.History;
import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Origin;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads an image's configuration. Safe for all threads. */
public final class ImageConfigReader {
    private static final List<String> CONFIG = names(
            "created",
            "author",
            "architecture",
            "os",
            "os.version",
            "os.features",
            "variant",
            "config",
            "rootfs",
            "history");
    private static final List<String> EXECUTION = names(
            "User",
            "ExposedPorts",
            "Env",
            "Entrypoint",
            "Cmd",
            "Volumes",
            "WorkingDir",
            "Labels",
            "StopSignal",
            "StopTimeout",
            "Healthcheck",
            "Shell",
            "OnBuild",
            "ArgsEscaped");
    private static final List<String> HEALTHCHECK =
            names("Test", "Interval", "Timeout", "StartPeriod", "StartInterval", "Retries");
    private static final List<String> ROOTFS = names("type", "diff_ids");
    private static final List<String> HISTORY = names("created", "created_by", "author", "comment", "empty_layer");

    private ImageConfigReader() {}

    private static List<String> names(String... names) {
        return List.of(names);
    }

    /** @throws DocumentException also when it is larger than {@link ImageReader#MOST_BYTES} */
    public static ImageConfig read(byte[] document) throws DocumentException {
        if (document.length > ImageReader.MOST_BYTES) {
            throw Origin.DOCUMENT.failure("", document.length + " bytes are more than " + ImageReader.MOST_BYTES, 1, 1);
        }
        try (Cursor in = Cursor.open(document, Origin.DOCUMENT)) {
            ImageConfig value = config(in);
            in.end();
            return value;
        }
    }

    private static ImageConfig config(Cursor in) throws DocumentException {
        Optional<String> created = Optional.empty();
        Optional<String> author = Optional.empty();
        PlatformReader platform = new PlatformReader();
        Execution execution = Execution.NOTHING;
        List<Digest> diffIds = null;
        List<History> history = List.of();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "created" -> created = nonEmpty(in.string());
                case "author" -> author = nonEmpty(in.string());
                case "config" -> execution = execution(in);
                case "rootfs" -> diffIds = rootfs(in);
                case "history" -> history = history(in);
                default -> {
                    if (!platform.reads(in, name)) {
                        in.unknown(CONFIG);
                    }
                }
            }
        }
        return new ImageConfig(created, author, platform.value(in), execution, in.required(diffIds, "rootfs"), history);
    }

    private static Optional<String> nonEmpty(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static List<Digest> rootfs(Cursor in) throws DocumentException {
        List<Digest> diffIds = new ArrayList<>();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "type" -> {
                    String type = in.text();
                    if (!type.equals("layers")) {
                        throw in.failure(
                                Cursor.quoted(type) + " is no kind of root file system: it must be \"layers\"");
                    }
                }
                case "diff_ids" -> {
                    in.array();
                    while (in.nextElement()) {
                        diffIds.add(ImageReader.digest(in));
                    }
                }
                default -> in.unknown(ROOTFS);
            }
        }
        return diffIds;
    }

    private static List<History> history(Cursor in) throws DocumentException {
        List<History> all = new ArrayList<>();
        in.array();
        while (in.nextElement()) {
            all.add(entry(in));
        }
        return all;
    }

    private static History entry(Cursor in) throws DocumentException {
        Optional<String> created = Optional.empty();
        Optional<String> createdBy = Optional.empty();
        Optional<String> author = Optional.empty();
        Optional<String> comment = Optional.empty();
        boolean empty = false;
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "created" -> created = nonEmpty(in.string());
                case "created_by" -> createdBy = nonEmpty(in.string());
                case "author" -> author = nonEmpty(in.string());
                case "comment" -> comment = nonEmpty(in.string());
                case "empty_layer" -> empty = in.bool();
                default -> in.unknown(HISTORY);
            }
        }
        return new History(created, createdBy, author, comment, empty);
    }

    private static Execution execution(Cursor in) throws DocumentException {
        ExecutionFields fields = new ExecutionFields();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            fields.read(in, name);
        }
        return fields.value();
    }

    private static final class ExecutionFields {
        private Optional<String> user = Optional.empty();
        private Set<String> exposedPorts = Set.of();
        private List<String> env = List.of();
        private List<String> entrypoint = List.of();
        private List<String> cmd = List.of();
        private Set<String> volumes = Set.of();
        private Optional<String> workingDir = Optional.empty();
        private Map<String, String> labels = Map.of();
        private Optional<String> stopSignal = Optional.empty();
        private OptionalInt stopTimeout = OptionalInt.empty();
        private Optional<Healthcheck> healthcheck = Optional.empty();
        private List<String> shell = List.of();
        private List<String> onBuild = List.of();
        private boolean argsEscaped;

        void read(Cursor in, String name) throws DocumentException {
            switch (name) {
                case "User" -> user = nonEmpty(in.text());
                case "ExposedPorts" -> exposedPorts = keys(in);
                case "Env" -> env = in.texts();
                case "Entrypoint" -> entrypoint = in.texts();
                case "Cmd" -> cmd = in.texts();
                case "Volumes" -> volumes = keys(in);
                case "WorkingDir" -> workingDir = nonEmpty(in.text());
                case "Labels" -> labels = in.textMap(Cursor.Strings.FOR_PROGRAMS);
                case "StopSignal" -> stopSignal = nonEmpty(in.text());
                case "StopTimeout" -> stopTimeout = OptionalInt.of(in.int32());
                case "Healthcheck" -> healthcheck = Optional.of(healthcheck(in));
                case "Shell" -> shell = in.texts();
                case "OnBuild" -> onBuild = in.texts();
                case "ArgsEscaped" -> argsEscaped = in.bool();
                default -> in.unknown(EXECUTION);
            }
        }

        Execution value() {
            return new Execution(
                    user,
                    exposedPorts,
                    env,
                    entrypoint,
                    cmd,
                    volumes,
                    workingDir,
                    labels,
                    stopSignal,
                    stopTimeout,
                    healthcheck,
                    shell,
                    onBuild,
                    argsEscaped);
        }
    }

    /** Go's way to write a set: an object whose values say nothing. */
    private static Set<String> keys(Cursor in) throws DocumentException {
        Set<String> keys = new LinkedHashSet<>();
        in.object();
        for (@Nullable String name = in.nextKey(); name != null; name = in.nextKey()) {
            keys.add(in.key(name));
            in.skip();
        }
        return keys;
    }

    private static Healthcheck healthcheck(Cursor in) throws DocumentException {
        List<String> test = List.of();
        OptionalLong interval = OptionalLong.empty();
        OptionalLong timeout = OptionalLong.empty();
        OptionalLong startPeriod = OptionalLong.empty();
        OptionalLong startInterval = OptionalLong.empty();
        OptionalInt retries = OptionalInt.empty();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "Test" -> test = in.texts();
                case "Interval" -> interval = OptionalLong.of(in.int64());
                case "Timeout" -> timeout = OptionalLong.of(in.int64());
                case "StartPeriod" -> startPeriod = OptionalLong.of(in.int64());
                case "StartInterval" -> startInterval = OptionalLong.of(in.int64());
                case "Retries" -> retries = OptionalInt.of(in.int32());
                default -> in.unknown(HEALTHCHECK);
            }
        }
        return new Healthcheck(test, interval, timeout, startPeriod, startInterval, retries);
    }
}

package dev.estiba.oci.runtime;

import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Origin;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads the runtime specification's JSON documents. A document is at most 10 MiB, 100 levels and 2^18 tokens large, a
 * string in it at most 2^20 characters; {@link Cursor} says how it is like Go's encoding/json and where it is stricter.
 *
 * <p>What the specification requires and the document lacks is refused here; whether the values make sense together is
 * asked of {@link ConfigRules}. Safe for all threads; the bytes given must not change during the call and are not kept.
 */
public final class ConfigReader {
    static final List<String> CONFIG = List.of(
            "ociVersion", "process", "root", "hostname", "domainname", "mounts", "hooks", "annotations", "linux");
    static final List<String> ROOT = List.of("path", "readonly");
    static final List<String> MOUNT = List.of("destination", "type", "source", "options", "uidMappings", "gidMappings");
    static final List<String> ID_MAPPING = List.of("containerID", "hostID", "size");
    static final List<String> HOOKS =
            List.of("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop");
    static final List<String> HOOK = List.of("path", "args", "env", "timeout");

    private ConfigReader() {}

    /**
     * The {@code config.json} of a bundle.
     *
     * @throws DocumentException when the document is no JSON or not what config.md describes
     */
    public static Config read(byte[] document) throws DocumentException {
        try (Cursor in = Cursor.open(document, Origin.DOCUMENT)) {
            Config value = config(in);
            in.end();
            return value;
        }
    }

    /**
     * The document of {@code exec --process}: what {@code process} is in a configuration.
     *
     * @throws DocumentException when the document is no JSON or not what config.md describes
     */
    public static Process readProcess(byte[] document) throws DocumentException {
        try (Cursor in = Cursor.open(document, Origin.DOCUMENT)) {
            Process value = ProcessReader.process(in);
            in.end();
            return value;
        }
    }

    /**
     * The document of {@code update --resources}: what {@code linux.resources} is in a configuration.
     *
     * @throws DocumentException when the document is no JSON or not what config-linux.md describes
     */
    public static Resources readResources(byte[] document) throws DocumentException {
        try (Cursor in = Cursor.open(document, Origin.DOCUMENT)) {
            Resources value = ResourcesReader.resources(in);
            in.end();
            return value;
        }
    }

    /**
     * A seccomp profile by itself: what {@code linux.seccomp} is in a configuration.
     *
     * @throws DocumentException when the document is no JSON or not what config-linux.md describes
     */
    public static Seccomp readSeccomp(byte[] document) throws DocumentException {
        return readSeccomp(document, Origin.DOCUMENT);
    }

    static Seccomp readSeccomp(byte[] part, Origin origin) throws DocumentException {
        try (Cursor in = Cursor.open(part, origin)) {
            Seccomp value = SeccompReader.seccomp(in);
            in.end();
            return value;
        }
    }

    /**
     * A seccomp profile of a file of its own, in Docker's format.
     *
     * @throws DocumentException when the document is no JSON or not what {@link SeccompProfile} describes
     */
    public static SeccompProfile readProfile(byte[] document) throws DocumentException {
        try (Cursor in = Cursor.open(document, Origin.DOCUMENT)) {
            SeccompProfile value = ProfileReader.profile(in);
            in.end();
            return value;
        }
    }

    private static Config config(Cursor in) throws DocumentException {
        Config.Builder config = Config.builder("");
        String ociVersion = null;
        Set<String> others = new LinkedHashSet<>();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "ociVersion" -> ociVersion = in.text();
                case "process" -> config.process(ProcessReader.process(in));
                case "root" -> config.root(root(in));
                case "hostname" -> config.hostname(in.text());
                case "domainname" -> config.domainname(in.text());
                case "mounts" -> config.mounts(mounts(in));
                case "hooks" -> config.hooks(hooks(in));
                case "annotations" -> config.annotations(in.textMap(Cursor.Strings.FOR_PROGRAMS));
                case "linux" -> config.linux(LinuxReader.linux(in));
                default -> {
                    if (!in.fold(CONFIG)) {
                        others.add(name);
                        in.skip();
                    }
                }
            }
        }
        return config.ociVersion(in.required(ociVersion, "ociVersion"))
                .otherSections(List.copyOf(others))
                .build();
    }

    private static Root root(Cursor in) throws DocumentException {
        String path = null;
        boolean readonly = false;
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "path" -> path = in.text();
                case "readonly" -> readonly = in.bool();
                default -> in.unknown(ROOT);
            }
        }
        return new Root(in.required(path, "path"), readonly);
    }

    private static List<Mount> mounts(Cursor in) throws DocumentException {
        List<Mount> mounts = new ArrayList<>();
        in.array();
        while (in.nextElement()) {
            mounts.add(mount(in));
        }
        return mounts;
    }

    private static Mount mount(Cursor in) throws DocumentException {
        String destination = null;
        String type = "";
        String source = "";
        List<String> options = List.of();
        List<IdMapping> uidMappings = List.of();
        List<IdMapping> gidMappings = List.of();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "destination" -> destination = in.text();
                case "type" -> type = in.text();
                case "source" -> source = in.text();
                case "options" -> options = in.texts();
                case "uidMappings" -> uidMappings = idMappings(in);
                case "gidMappings" -> gidMappings = idMappings(in);
                default -> in.unknown(MOUNT);
            }
        }
        String required = in.required(destination, "destination");
        return new Mount(required, Optional.of(type), Optional.of(source), options, uidMappings, gidMappings);
    }

    static List<IdMapping> idMappings(Cursor in) throws DocumentException {
        List<IdMapping> mappings = new ArrayList<>();
        in.array();
        while (in.nextElement()) {
            mappings.add(idMapping(in));
        }
        return mappings;
    }

    private static IdMapping idMapping(Cursor in) throws DocumentException {
        Long containerId = null;
        Long hostId = null;
        Long size = null;
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "containerID" -> containerId = in.uint32();
                case "hostID" -> hostId = in.uint32();
                case "size" -> size = in.uint32();
                default -> in.unknown(ID_MAPPING);
            }
        }
        return new IdMapping(
                in.required(containerId, "containerID"), in.required(hostId, "hostID"), in.required(size, "size"));
    }

    private static Hooks hooks(Cursor in) throws DocumentException {
        List<Hook> prestart = List.of();
        List<Hook> createRuntime = List.of();
        List<Hook> createContainer = List.of();
        List<Hook> startContainer = List.of();
        List<Hook> poststart = List.of();
        List<Hook> poststop = List.of();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "prestart" -> prestart = hookList(in);
                case "createRuntime" -> createRuntime = hookList(in);
                case "createContainer" -> createContainer = hookList(in);
                case "startContainer" -> startContainer = hookList(in);
                case "poststart" -> poststart = hookList(in);
                case "poststop" -> poststop = hookList(in);
                default -> in.unknown(HOOKS);
            }
        }
        return new Hooks(prestart, createRuntime, createContainer, startContainer, poststart, poststop);
    }

    private static List<Hook> hookList(Cursor in) throws DocumentException {
        List<Hook> hooks = new ArrayList<>();
        in.array();
        while (in.nextElement()) {
            hooks.add(hook(in));
        }
        return hooks;
    }

    private static Hook hook(Cursor in) throws DocumentException {
        String path = null;
        List<String> args = List.of();
        List<String> env = List.of();
        OptionalInt timeout = OptionalInt.empty();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "path" -> path = in.text();
                case "args" -> args = in.texts();
                case "env" -> env = in.texts();
                case "timeout" -> timeout = OptionalInt.of(in.int32());
                default -> in.unknown(HOOK);
            }
        }
        return new Hook(in.required(path, "path"), args, env, timeout);
    }
}

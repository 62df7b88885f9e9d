package dev.estiba.daemon.serve;

import dev.estiba.api.ApiException;
import dev.estiba.cli.flag.Parsed;
import dev.estiba.daemon.settings.DaemonFile;
import dev.estiba.engine.Engine;
import dev.estiba.engine.EnginePaths;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a daemon is told.
 *
 * @param hosts where it listens; empty: at the usual place
 * @param group that may use its sockets; absent: the usual one
 * @param proxies to registries, as variables of an environment
 * @param file what a file says beside that
 */
public record DaemonSettings(
        EnginePaths paths, List<String> hosts, Optional<String> group, Map<String, String> proxies, DaemonFile file) {
    private static final EnginePaths STANDARD = EnginePaths.standard();
    private static final List<String> PROXIES = List.of("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY");

    public DaemonSettings {
        hosts = List.copyOf(hosts);
        proxies = Map.copyOf(proxies);
    }

    /** Where no file says anything. */
    public static DaemonSettings of(EnginePaths paths, List<String> hosts) {
        return new DaemonSettings(paths, hosts, Optional.empty(), Map.of(), DaemonFile.NOTHING);
    }

    /**
     * What was said on the command line, and for the rest what the file says.
     *
     * @param environment the daemon's: of its proxies those count that the file does not name
     * @throws ApiException in words for a person
     */
    public static DaemonSettings of(Parsed flags, Map<String, String> environment) throws ApiException {
        String name = flags.text("config-file");
        DaemonFile file = DaemonFile.read(Path.of(name), flags.isGiven("config-file"));
        if (!flags.text("doors").equals("docker")) {
            throw ApiException.notImplemented("--doors " + flags.text("doors") + ": only docker is built yet");
        }
        List<String> conflicts = new ArrayList<>();
        file.dataRoot().ifPresent(each -> conflict(conflicts, flags, "data-root", flags.text("data-root"), each));
        file.execRoot().ifPresent(each -> conflict(conflicts, flags, "exec-root", flags.text("exec-root"), each));
        file.group().ifPresent(each -> conflict(conflicts, flags, "group", flags.text("group"), each));
        if (!file.hosts().isEmpty()) {
            conflict(conflicts, flags, "host", list(flags.all("host")), list(file.hosts()));
        }
        if (!conflicts.isEmpty()) {
            throw unusable(
                    name,
                    "the following directives are specified both as a flag and in the configuration file: "
                            + String.join(", ", conflicts));
        }
        try {
            Engine.check(file.engine());
        } catch (ApiException e) {
            throw unusable(name, e.message());
        }
        return new DaemonSettings(
                new EnginePaths(
                        absolute("data-root", file.dataRoot().orElse(flags.text("data-root"))),
                        absolute("exec-root", file.execRoot().orElse(flags.text("exec-root")))),
                flags.isGiven("host") ? flags.all("host") : file.hosts(),
                flags.isGiven("group") ? Optional.of(flags.text("group")) : file.group(),
                proxies(environment, file),
                file);
    }

    /** As Go's programs read them: the capital one first. */
    private static Map<String, String> proxies(Map<String, String> environment, DaemonFile file) {
        Map<String, String> all = new HashMap<>();
        for (String name : PROXIES) {
            String small = environment.getOrDefault(name.toLowerCase(Locale.ROOT), "");
            String value = environment.getOrDefault(name, small);
            if (!value.isEmpty()) {
                all.put(name, value);
            }
        }
        all.putAll(file.proxies());
        return all;
    }

    private static ApiException unusable(String file, String why) {
        return ApiException.badRequest("unable to configure the daemon with file " + file + ": " + why);
    }

    /** findConfigurationConflicts of moby, daemon/config. */
    private static void conflict(List<String> conflicts, Parsed flags, String name, String byFlag, String byFile) {
        if (flags.isGiven(name)) {
            String key = name.equals("host") ? "hosts" : name;
            conflicts.add(key + ": (from flag: " + byFlag + ", from file: " + byFile + ")");
        }
    }

    private static String list(List<String> values) {
        return "[" + String.join(" ", values) + "]";
    }

    private static Path absolute(String name, String text) throws ApiException {
        Path path = Path.of(text).normalize();
        if (!path.isAbsolute()) {
            throw ApiException.badRequest("invalid --" + name + " " + text + ": must be an absolute path");
        }
        return path;
    }

    /** Where the daemon of an engine is found. */
    public static Path socket(EnginePaths paths) {
        return beside(paths, "docker.sock");
    }

    /** What a daemon writes that nobody has started from a terminal. */
    public static Path log(EnginePaths paths) {
        return beside(paths, "daemon.log");
    }

    /** The system's own is where everybody looks for it; others are found by their directories. */
    static Path beside(EnginePaths paths, String name) {
        Path directory = paths.equals(STANDARD)
                ? paths.execRoot().resolveSibling(name)
                : paths.execRoot().resolve(name);
        return directory.normalize();
    }
}

package dev.estiba.daemon.serve;

import dev.estiba.api.ApiException;
import dev.estiba.api.RegistryAccess;
import dev.estiba.api.RegistryServeOptions;
import dev.estiba.cli.command.RegistryServeCommand;
import dev.estiba.cli.flag.Parsed;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.daemon.settings.DaemonFile;
import dev.estiba.daemon.settings.TlsFiles;
import dev.estiba.engine.Engine;
import dev.estiba.engine.EnginePaths;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a daemon is told.
 *
 * @param hosts where it listens; empty: at the usual place
 * @param group that may use its sockets; absent: the usual one
 * @param proxies to registries, as variables of an environment
 * @param tls how clients on TCP show who they are; absent: there are none
 * @param metrics where what is measured can be read; absent: nothing is measured
 * @param registry how its images are served as a registry; absent: they are not
 * @param file what a file says beside that
 */
public record DaemonSettings(
        EnginePaths paths,
        List<String> hosts,
        Optional<String> group,
        Map<String, String> proxies,
        Optional<TlsFiles> tls,
        Optional<InetSocketAddress> metrics,
        Optional<RegistryServeOptions> registry,
        DaemonFile file) {
    /** The environment's choice, as {@code --data-root} and {@code --exec-root}. */
    public static final String DATA_ROOT = "ESTIBA_DATA_ROOT";

    public static final String EXEC_ROOT = "ESTIBA_EXEC_ROOT";

    private static final EnginePaths STANDARD = EnginePaths.standard();
    private static final String DOCKER = "docker";
    private static final String REGISTRY = "registry";
    private static final String SECURITY = "security";
    private static final String METRICS = "metrics-addr";
    private static final List<String> PROXIES = List.of("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY");

    public DaemonSettings {
        hosts = List.copyOf(hosts);
        proxies = Map.copyOf(proxies);
    }

    /** Where no file says anything. */
    public static DaemonSettings of(EnginePaths paths, List<String> hosts) {
        return new DaemonSettings(
                paths,
                hosts,
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                DaemonFile.NOTHING);
    }

    /**
     * What was said on the command line, and for the rest what the file says.
     *
     * @param environment the daemon's: its directories, where no flag names any, and of its proxies those that the file does not name
     * @throws ApiException in words for a person
     */
    public static DaemonSettings of(Parsed flags, Map<String, String> environment) throws ApiException {
        String name = flags.text("config-file");
        DaemonFile said = DaemonFile.read(Path.of(name), flags.isGiven("config-file"));
        DaemonFile file = flags.isGiven(SECURITY) ? said.withSecurity(security(flags.text(SECURITY))) : said;
        List<String> conflicts = new ArrayList<>();
        file.dataRoot().ifPresent(each -> conflict(conflicts, flags, "data-root", flags.text("data-root"), each));
        file.execRoot().ifPresent(each -> conflict(conflicts, flags, "exec-root", flags.text("exec-root"), each));
        file.group().ifPresent(each -> conflict(conflicts, flags, "group", flags.text("group"), each));
        if (!file.hosts().isEmpty()) {
            conflict(conflicts, flags, "host", list(flags.all("host")), list(file.hosts()));
        }
        if (!file.doors().isEmpty()) {
            conflict(conflicts, flags, "doors", flags.text("doors"), list(file.doors()));
        }
        if (!said.engine().containers().security().isEmpty()) {
            conflict(
                    conflicts,
                    flags,
                    SECURITY,
                    flags.text(SECURITY),
                    said.engine().containers().security());
        }
        file.metrics().ifPresent(each -> conflict(conflicts, flags, METRICS, flags.text(METRICS), each));
        for (Map.Entry<String, String> each : file.tls().entrySet()) {
            conflict(conflicts, flags, each.getKey(), flags.text(each.getKey()), each.getValue());
        }
        if (!conflicts.isEmpty()) {
            throw unusable(
                    name,
                    "the following directives are specified both as a flag and in the configuration file: "
                            + String.join(", ", conflicts));
        }
        Map<String, String> proxies = proxies(environment, file);
        List<String> hosts = flags.isGiven("host") ? flags.all("host") : file.hosts();
        Optional<TlsFiles> tls = tls(flags, file);
        for (String host : hosts) {
            ApiSocket.check(host, tls.isPresent());
        }
        Optional<RegistryServeOptions> registry;
        try {
            Engine.check(file.engine());
            registry = registry(doors(flags, file), file.registry(), proxies);
        } catch (ApiException e) {
            throw unusable(name, e.message());
        }
        return new DaemonSettings(
                new EnginePaths(
                        absolute("--data-root", root(flags, "data-root", environment, DATA_ROOT, file.dataRoot())),
                        absolute("--exec-root", root(flags, "exec-root", environment, EXEC_ROOT, file.execRoot()))),
                hosts,
                flags.isGiven("group") ? Optional.of(flags.text("group")) : file.group(),
                proxies,
                tls,
                metrics(flags, file),
                registry,
                file);
    }

    private static String security(String word) throws ApiException {
        if (!Set.of("standard", "strict").contains(word)) {
            throw ApiException.badRequest("--security " + word + ": there are standard and strict");
        }
        return word;
    }

    private static Optional<InetSocketAddress> metrics(Parsed flags, DaemonFile file) throws ApiException {
        String said =
                flags.isGiven(METRICS) ? flags.text(METRICS) : file.metrics().orElse("");
        return said.isEmpty() ? Optional.empty() : Optional.of(TcpAddress.ofMetrics(said));
    }

    private static Optional<TlsFiles> tls(Parsed flags, DaemonFile file) throws ApiException {
        Map<String, String> said = new HashMap<>(file.tls());
        for (String name : TlsFiles.NAMES) {
            if (flags.isGiven(name)) {
                said.put(name, flags.text(name));
            }
        }
        return TlsFiles.of(said);
    }

    private static Set<String> doors(Parsed flags, DaemonFile file) throws ApiException {
        Set<String> doors = new TreeSet<>(
                file.doors().isEmpty() ? List.of(flags.text("doors").split(",", -1)) : file.doors());
        if (!doors.contains(DOCKER) || !Set.of(DOCKER, REGISTRY).containsAll(doors)) {
            throw ApiException.notImplemented(
                    "--doors " + String.join(",", doors) + ": there are docker, and docker,registry");
        }
        return doors;
    }

    private static Optional<RegistryServeOptions> registry(
            Set<String> doors, List<String> words, Map<String, String> proxies) throws ApiException {
        if (!doors.contains(REGISTRY)) {
            if (!words.isEmpty()) {
                throw ApiException.badRequest("registry: that door is not opened (--doors docker,registry)");
            }
            return Optional.empty();
        }
        try {
            Parsed flags = new RegistryServeCommand().flags().parse(words);
            RegistryAccess access = new RegistryAccess(Optional.empty(), proxies, Optional.empty());
            return Optional.of(RegistryServeCommand.options(
                    flags, file -> absolute("registry file", file).toString(), access));
        } catch (UsageException e) {
            throw ApiException.badRequest("registry: " + e.message());
        } catch (ApiException e) {
            throw ApiException.badRequest("registry: " + e.message());
        } catch (IOException e) {
            throw ApiException.badRequest("registry: " + e.getMessage());
        }
    }

    /** As the other commands choose them, which are to find this daemon: the environment's before the file's. */
    private static String root(
            Parsed flags, String name, Map<String, String> environment, String variable, Optional<String> byFile) {
        String chosen = environment.getOrDefault(variable, "");
        if (flags.isGiven(name) || chosen.isEmpty() && byFile.isEmpty()) {
            return flags.text(name);
        }
        return chosen.isEmpty() ? byFile.get() : chosen;
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

    static Path absolute(String name, String text) throws ApiException {
        Path path = Path.of(text).normalize();
        if (!path.isAbsolute()) {
            throw ApiException.badRequest("invalid " + name + " " + text + ": must be an absolute path");
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
        Path directory = SystemPaths.are(paths)
                ? STANDARD.execRoot().resolveSibling(name)
                : paths.execRoot().resolve(name);
        return directory.normalize();
    }
}

package dev.estiba.daemon.serve;

import dev.estiba.api.ApiException;
import dev.estiba.cli.flag.Parsed;
import dev.estiba.engine.EnginePaths;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a daemon is told.
 *
 * @param hosts where it listens; empty: at the usual place
 * @param group that may use its sockets; absent: the usual one
 */
public record DaemonSettings(EnginePaths paths, List<String> hosts, Optional<String> group) {
    private static final EnginePaths STANDARD = EnginePaths.standard();

    public DaemonSettings {
        hosts = List.copyOf(hosts);
    }

    /**
     * What was said on the command line, and for the rest what the file says.
     *
     * @param log is told what in the file has no effect
     * @throws ApiException in words for a person
     */
    public static DaemonSettings of(Parsed flags, Consumer<String> log) throws ApiException {
        DaemonFile file = DaemonFile.read(Path.of(flags.text("config-file")), flags.isGiven("config-file"));
        if (!file.ignored().isEmpty()) {
            log.accept(flags.text("config-file") + ": without effect, because not built yet: "
                    + String.join(", ", file.ignored()));
        }
        if (!flags.text("doors").equals("docker")) {
            throw ApiException.notImplemented("--doors " + flags.text("doors") + ": only docker is built yet");
        }
        once(flags, "data-root", file.dataRoot().isPresent());
        once(flags, "exec-root", file.execRoot().isPresent());
        once(flags, "group", file.group().isPresent());
        once(flags, "host", !file.hosts().isEmpty());
        List<String> hosts = flags.isGiven("host") ? flags.all("host") : file.hosts();
        Optional<String> group = flags.isGiven("group") ? Optional.of(flags.text("group")) : file.group();
        return new DaemonSettings(
                new EnginePaths(
                        absolute("data-root", file.dataRoot().orElse(flags.text("data-root"))),
                        absolute("exec-root", file.execRoot().orElse(flags.text("exec-root")))),
                hosts,
                group);
    }

    private static void once(Parsed flags, String name, boolean inFile) throws ApiException {
        if (inFile && flags.isGiven(name)) {
            throw ApiException.badRequest("unable to configure the daemon with file " + flags.text("config-file")
                    + ": the following directives are specified both as a flag and in the configuration file: " + name);
        }
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

package dev.estiba.daemon;

import dev.estiba.api.EngineApi;
import dev.estiba.cli.Caller;
import dev.estiba.cli.EstibaProgram;
import dev.estiba.cli.context.Destination;
import dev.estiba.daemon.forward.CommandProgram;
import dev.estiba.daemon.serve.DaemonSettings;
import dev.estiba.daemon.serve.SystemPaths;
import dev.estiba.engine.EnginePaths;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The command, carried out by the daemon itself: root's calls about the daemon's own containers need neither another JVM nor
 * a request. Logs stay with the command's JVM, which reads them from their files and goes on when the daemon is replaced; so does
 * what reads and writes images, as that JVM's compiler is made for it.
 */
final class DaemonProgram implements CommandProgram {
    /** The first words of what is asked of a daemon. */
    private static final Set<String> WORDS = Set.of(
            "run",
            "exec",
            "ps",
            "ls",
            "list",
            "top",
            "create",
            "start",
            "stop",
            "restart",
            "kill",
            "rm",
            "remove",
            "attach",
            "pause",
            "unpause",
            "wait",
            "rename",
            "update",
            "stats",
            "events",
            "info",
            "port",
            "container",
            "network",
            "volume",
            "inspect");

    /** Of {@code container}, those that read and write files. */
    private static final Set<String> OF_FILES = Set.of("cp", "diff", "export", "commit");

    private final EnginePaths paths;

    /** Of a caller who chooses nothing. */
    private final EnginePaths usual;

    private final EstibaProgram program;

    DaemonProgram(EnginePaths paths, EngineApi engine) {
        this.paths = paths;
        usual = SystemPaths.are(paths) ? paths : EnginePaths.standard();
        program = new EstibaProgram(engine);
    }

    @Override
    public int run(Caller caller) {
        return program.run(caller);
    }

    @Override
    public boolean takes(long uid, List<String> arguments, Map<String, String> environment) {
        return uid == 0
                && !Destination.isChosen(environment, DaemonSettings.socket(paths))
                && !environment.getOrDefault(EngineCommand.DAEMON, "").equals(EngineCommand.NEVER)
                && isHere(environment, EngineCommand.DATA_ROOT, usual.dataRoot(), paths.dataRoot())
                && isHere(environment, EngineCommand.EXEC_ROOT, usual.execRoot(), paths.execRoot())
                && isAboutContainers(arguments);
    }

    private static boolean isHere(Map<String, String> environment, String variable, Path standard, Path ours) {
        String chosen = environment.getOrDefault(variable, "");
        try {
            return (chosen.isEmpty() ? standard : Path.of(chosen).normalize()).equals(ours);
        } catch (InvalidPathException e) {
            return false; // whoever carries it out says so
        }
    }

    private static boolean isAboutContainers(List<String> arguments) {
        return !arguments.isEmpty()
                && WORDS.contains(arguments.getFirst())
                && !(arguments.size() > 1
                        && arguments.getFirst().equals("container")
                        && OF_FILES.contains(arguments.get(1)));
    }
}

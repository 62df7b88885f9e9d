package dev.estiba.daemon;

import dev.estiba.api.ApiException;
import dev.estiba.cli.Caller;
import dev.estiba.cli.EstibaProgram;
import dev.estiba.cli.context.Destination;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.remote.DaemonAddress;
import dev.estiba.cli.remote.DaemonClient;
import dev.estiba.cli.remote.DaemonEngine;
import dev.estiba.cli.remote.FarEngine;
import dev.estiba.daemon.forward.CommandProgram;
import dev.estiba.daemon.serve.DaemonBirth;
import dev.estiba.daemon.serve.DaemonSettings;
import dev.estiba.engine.Engine;
import dev.estiba.engine.EnginePaths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code estiba} command on engines: one for each pair of directories that callers name, opened when somebody first needs
 * it. Root's containers are its daemon's, which is started when it is not there; other users' are this process's.
 */
final class EngineCommand implements CommandProgram {
    /** The caller's choice, as dockerd's --data-root and --exec-root. */
    static final String DATA_ROOT = DaemonSettings.DATA_ROOT, EXEC_ROOT = DaemonSettings.EXEC_ROOT;

    /** {@code never}: the containers of this call are this process's. */
    static final String DAEMON = "ESTIBA_DAEMON";

    static final String NEVER = "never";
    private static final int FAILED = 125;

    private final Usual usual;
    private final Path home;
    private final Map<EnginePaths, Opened> programs = new HashMap<>();

    private record Opened(Engine engine, EstibaProgram program, DaemonClient daemon) {}

    /** Where root's engine is when he chooses nothing. */
    interface Usual {
        EnginePaths paths() throws ApiException;
    }

    /** @param home where Estiba is installed */
    EngineCommand(Usual usual, Path home) {
        this.usual = usual;
        this.home = home;
    }

    @Override
    public int run(Caller caller) {
        try {
            Destination to = Destination.of(caller);
            EnginePaths paths = paths(caller);
            Optional<DaemonAddress> far = far(to, paths);
            if (far.isEmpty()) {
                return runHere(to.caller(), paths);
            }
            try (DaemonClient client = new DaemonClient(far.get())) {
                return new EstibaProgram(new FarEngine(client)).run(to.caller());
            }
        } catch (UsageException e) {
            return say(caller, "estiba: " + e.message() + "\nSee 'estiba --help'.\n");
        } catch (IOException e) {
            return say(caller, "estiba: " + e.getMessage() + "\n");
        }
    }

    /** Empty when it is the one that this process would ask anyway, by whatever name. */
    private static Optional<DaemonAddress> far(Destination to, EnginePaths paths) throws IOException {
        if (to.endpoint().isEmpty()) {
            return Optional.empty();
        }
        DaemonAddress address = to.endpoint().get().address(to.caller());
        return Optional.of(address).filter(each -> !each.equals(new DaemonAddress.Unix(DaemonSettings.socket(paths))));
    }

    private int runHere(Caller caller, EnginePaths paths) {
        try {
            Opened opened = opened(paths);
            if (caller.uid() != 0
                    || caller.environment().getOrDefault(DAEMON, "").equals(NEVER)) {
                return opened.program().run(caller);
            }
            DaemonEngine engine = new DaemonEngine(opened.daemon(), why -> start(caller, paths), opened.engine());
            return new EstibaProgram(engine).run(caller);
        } catch (ApiException e) {
            return say(caller, "estiba: " + e.getMessage() + "\n");
        }
    }

    private EnginePaths paths(Caller caller) throws ApiException {
        EnginePaths his = caller.uid() == 0 ? usual.paths() : ofUser(caller);
        return new EnginePaths(path(caller, DATA_ROOT, his.dataRoot()), path(caller, EXEC_ROOT, his.execRoot()));
    }

    private static EnginePaths ofUser(Caller caller) throws ApiException {
        String id = Long.toString(caller.uid());
        Path home = path(caller, "HOME", Path.of("/tmp/estiba-" + id));
        Path runtime = Path.of("/run/user/" + id);
        return EnginePaths.of(
                path(caller, "XDG_DATA_HOME", home.resolve(".local/share")),
                path(caller, "XDG_RUNTIME_DIR", Files.isDirectory(runtime) ? runtime : Path.of("/tmp/estiba-" + id)));
    }

    private static Path path(Caller caller, String variable, Path standard) throws ApiException {
        String chosen = caller.environment().getOrDefault(variable, "");
        if (chosen.isEmpty()) {
            return standard;
        }
        try {
            return Path.of(caller.hostPath(chosen)).normalize();
        } catch (IOException | IllegalArgumentException e) {
            throw new ApiException(ApiException.BAD_REQUEST, variable + "=" + chosen + ": " + e.getMessage(), e);
        }
    }

    /** Tried again by the next call when it could not be opened: what was in the way may be gone then. */
    private synchronized Opened opened(EnginePaths paths) throws ApiException {
        Opened opened = programs.get(paths);
        if (opened == null) {
            Engine engine = Engine.open(paths);
            DaemonAddress address = new DaemonAddress.Unix(DaemonSettings.socket(paths));
            opened = new Opened(
                    engine,
                    new EstibaProgram(engine),
                    new DaemonClient(address, "; its log is " + DaemonSettings.log(paths)));
            programs.put(paths, opened);
        }
        return opened;
    }

    private void start(Caller caller, EnginePaths paths) throws ApiException {
        if (DaemonBirth.give(home.resolve("bin/estiba"), paths)) {
            say(
                    caller,
                    "estiba: the daemon was not there and has been started; its log is " + DaemonSettings.log(paths)
                            + "\n");
        }
    }

    @Override
    public void finish() throws InterruptedException {
        for (Opened each : opened()) {
            each.engine().awaitSettled();
        }
    }

    private synchronized List<Opened> opened() {
        return List.copyOf(programs.values());
    }

    private static int say(Caller caller, String sentence) {
        try {
            caller.err().write(sentence.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            return FAILED; // nobody is there to read it
        }
        return FAILED;
    }
}

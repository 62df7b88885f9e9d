package dev.estiba.daemon;

import dev.estiba.api.ApiException;
import dev.estiba.cli.Caller;
import dev.estiba.cli.EstibaProgram;
import dev.estiba.daemon.forward.CommandProgram;
import dev.estiba.engine.Engine;
import dev.estiba.engine.EnginePaths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The {@code estiba} command on engines in this process: one for each pair of directories that callers name, opened when
 * somebody first needs it.
 */
final class EngineCommand implements CommandProgram {
    /** The caller's choice, as dockerd's --data-root and --exec-root. */
    static final String DATA_ROOT = "ESTIBA_DATA_ROOT", EXEC_ROOT = "ESTIBA_EXEC_ROOT";

    private static final int FAILED = 125;

    private final EnginePaths standard;
    private final Map<EnginePaths, Opened> programs = new HashMap<>();

    private record Opened(Engine engine, EstibaProgram program) {}

    /** @param standard for callers who choose nothing */
    EngineCommand(EnginePaths standard) {
        this.standard = standard;
    }

    @Override
    public int run(Caller caller) {
        try {
            return program(paths(caller)).run(caller);
        } catch (ApiException e) {
            return say(caller, "estiba: " + e.getMessage() + "\n");
        }
    }

    private EnginePaths paths(Caller caller) throws ApiException {
        EnginePaths usual = caller.uid() == 0 ? standard : ofUser(caller);
        return new EnginePaths(path(caller, DATA_ROOT, usual.dataRoot()), path(caller, EXEC_ROOT, usual.execRoot()));
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
    private synchronized EstibaProgram program(EnginePaths paths) throws ApiException {
        Opened opened = programs.get(paths);
        if (opened == null) {
            Engine engine = Engine.open(paths);
            opened = new Opened(engine, new EstibaProgram(engine));
            programs.put(paths, opened);
        }
        return opened.program();
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

package dev.estiba.daemon;

import dev.estiba.api.ApiException;
import dev.estiba.cli.Caller;
import dev.estiba.cli.EstibaProgram;
import dev.estiba.daemon.forward.CommandProgram;
import dev.estiba.engine.Engine;
import dev.estiba.engine.EnginePaths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The {@code estiba} command on an engine in this process, which is opened when somebody first needs it. */
final class EngineCommand implements CommandProgram {
    private static final int FAILED = 125;

    private final EnginePaths paths;
    private Optional<EstibaProgram> program = Optional.empty();

    EngineCommand(EnginePaths paths) {
        this.paths = paths;
    }

    @Override
    public int run(Caller caller) {
        try {
            return program().run(caller);
        } catch (ApiException e) {
            return say(caller, "estiba: " + e.getMessage() + "\n");
        }
    }

    /** Tried again by the next call when it could not be opened: what was in the way may be gone then. */
    private synchronized EstibaProgram program() throws ApiException {
        if (program.isEmpty()) {
            program = Optional.of(new EstibaProgram(Engine.open(paths)));
        }
        return program.get();
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

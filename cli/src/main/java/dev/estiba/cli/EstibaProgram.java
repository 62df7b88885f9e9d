package dev.estiba.cli;

import dev.estiba.api.EngineApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The {@code estiba} command. Holds no state of a call; safe for all threads. */
public final class EstibaProgram {
    private final EngineApi engine;

    public EstibaProgram(EngineApi engine) {
        this.engine = engine;
    }

    /** Does what the caller asks for. The caller's exit status: as Docker's command has it. */
    public int run(Caller caller) {
        try {
            String version = engine.version().version();
            caller.out().write((version + "\n").getBytes(StandardCharsets.UTF_8));
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

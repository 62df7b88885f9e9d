package dev.estiba.cli;

import dev.estiba.api.EngineApi;
import dev.estiba.cli.flag.Parsed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One call of a command.
 *
 * @param caller who called
 * @param engine what does it
 * @param flags what was asked for
 */
public record Call(Caller caller, EngineApi engine, Parsed flags) {
    public List<String> arguments() {
        return flags.arguments();
    }

    /** Writes a line to the caller's standard output. */
    public void say(String line) throws IOException {
        write(line + "\n");
    }

    /** Writes text to the caller's standard output as it is. */
    public void write(String text) throws IOException {
        caller.out().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a line to the caller's standard error. */
    public void complain(String line) throws IOException {
        caller.err().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}

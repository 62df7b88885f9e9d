package dev.estiba.cli.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A program of the build: writes what {@code completion} prints into the directory that is its argument, by the names that shells look
 * for. It reads nothing of its process.
 */
public final class CompletionFiles {
    private static final Map<String, String> FILES = Map.of(
            "estiba.bash", CompletionCommand.BASH,
            "_estiba", CompletionCommand.ZSH,
            "estiba.fish", CompletionCommand.FISH);

    private CompletionFiles() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            throw new IllegalArgumentException("one argument: the directory to write to");
        }
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        for (Map.Entry<String, String> each : FILES.entrySet()) {
            Files.write(directory.resolve(each.getKey()), each.getValue().getBytes(StandardCharsets.UTF_8));
        }
    }
}

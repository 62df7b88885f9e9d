package dev.estiba.engine;

import java.nio.file.Path;

/**
 * Where an engine keeps what it has.
 *
 * @param dataRoot what outlives the boot: records, changed files, logs
 * @param execRoot what ends with it: on a tmpfs
 */
public record EnginePaths(Path dataRoot, Path execRoot) {
    public EnginePaths {
        if (!dataRoot.isAbsolute() || !execRoot.isAbsolute()) {
            throw new IllegalArgumentException(
                    "an engine's directories need absolute paths: " + dataRoot + ", " + execRoot);
        }
    }

    /**
     * Where an ordinary user's engine is (XDG Base Directory specification).
     *
     * @param data {@code $XDG_DATA_HOME}, or what stands in its place
     * @param runtime {@code $XDG_RUNTIME_DIR}, or what stands in its place
     */
    public static EnginePaths of(Path data, Path runtime) {
        return new EnginePaths(data.resolve("estiba"), runtime.resolve("estiba/engine"));
    }

    /** Where the system's own engine is. */
    public static EnginePaths standard() {
        return new EnginePaths(Path.of("/var/lib/estiba"), Path.of("/run/estiba/engine"));
    }
}

package dev.estiba.daemon.serve;

import dev.estiba.api.ApiException;
import dev.estiba.daemon.settings.DaemonFile;
import dev.estiba.engine.EnginePaths;
import java.nio.file.Path;

/** The directories of the system's own daemon: the usual ones, unless its file names others. Commands look there, too. */
public final class SystemPaths {
    private static final Path FILE = Path.of("/etc/estiba/daemon.json");

    private SystemPaths() {}

    /** @throws ApiException when the file cannot be read: nobody knows then where its containers are */
    public static EnginePaths read() throws ApiException {
        DaemonFile file = DaemonFile.read(FILE, false);
        EnginePaths usual = EnginePaths.standard();
        return new EnginePaths(
                DaemonSettings.absolute(
                        "data-root", file.dataRoot().orElse(usual.dataRoot().toString())),
                DaemonSettings.absolute(
                        "exec-root", file.execRoot().orElse(usual.execRoot().toString())));
    }

    /** Whether these are. A file that cannot be read names none. */
    public static boolean are(EnginePaths paths) {
        try {
            return paths.equals(EnginePaths.standard()) || paths.equals(read());
        } catch (ApiException e) {
            return false;
        }
    }
}

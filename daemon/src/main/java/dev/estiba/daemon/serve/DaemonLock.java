package dev.estiba.daemon.serve;

import dev.estiba.api.ApiException;
import dev.estiba.engine.EnginePaths;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.Flock;
import dev.estiba.linux.Open;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory's being one daemon's: flock(2), which ends with its holder. */
final class DaemonLock implements AutoCloseable {
    private static final String NAME = "daemon.lock";
    private static final int MOST = 64;

    private final Fd file;

    private DaemonLock(Fd file) {
        this.file = file;
    }

    /** @throws ApiException 409 when another daemon has it, by its number */
    static DaemonLock take(EnginePaths paths) throws IOException {
        Path path = paths.dataRoot().resolve(NAME);
        Files.createDirectories(paths.dataRoot());
        Fd file = Open.absolute(
                path.toString(), new Open.How(Open.READ_WRITE | Open.CREATE | Open.noFollowFlag(), 0600, 0));
        boolean taken = false;
        try {
            if (!Flock.tryLock(file, Flock.Kind.EXCLUSIVE)) {
                String holder = new String(FileBytes.readAll(file, MOST), StandardCharsets.US_ASCII).strip();
                throw ApiException.conflict("another daemon" + (holder.isEmpty() ? "" : " (process " + holder + ")")
                        + " works in " + paths.dataRoot() + "; stop it, or choose another --data-root");
            }
            Files.writeString(path, ProcessHandle.current().pid() + "\n", StandardCharsets.US_ASCII);
            taken = true;
            return new DaemonLock(file);
        } finally {
            if (!taken) {
                file.close();
            }
        }
    }

    @Override
    public void close() {
        file.close();
    }
}

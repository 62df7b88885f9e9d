package dev.estiba.daemon.serve;

import dev.estiba.api.ApiException;
import dev.estiba.engine.EnginePaths;
import dev.estiba.linux.ExitStatus;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Flock;
import dev.estiba.linux.Open;
import dev.estiba.linux.Pidfd;
import dev.estiba.linux.Spawn;
import dev.estiba.linux.UnixSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts the daemon for a command that has found none. Its socket is there before it: who calls meanwhile waits for it to
 * answer, and of two who start one only one does.
 */
public final class DaemonBirth {
    private DaemonBirth() {}

    /**
     * Returns when it can be called.
     *
     * @param program {@code estiba}
     * @return false when somebody else had started it
     * @throws ApiException in words for a person
     */
    public static boolean give(Path program, EnginePaths paths) throws ApiException {
        Path socket = DaemonSettings.socket(paths);
        try {
            Files.createDirectories(socket.getParent());
            try (Fd lock = Open.absolute(
                    socket + ".lock", new Open.How(Open.READ_WRITE | Open.CREATE | Open.noFollowFlag(), 0600, 0))) {
                Flock.lock(lock, Flock.Kind.EXCLUSIVE);
                if (ApiSocket.isAnswered(socket)) {
                    return false;
                }
                start(program, paths, socket);
                return true;
            }
        } catch (ApiException e) {
            throw e;
        } catch (IOException e) {
            throw new ApiException(
                    ApiException.SERVER_ERROR,
                    "the daemon is not there, and could not be started: " + e.getMessage(),
                    e);
        }
    }

    private static void start(Path program, EnginePaths paths, Path socket) throws IOException {
        Path before = socket.resolveSibling(socket.getFileName() + ".born");
        Files.deleteIfExists(before);
        try (UnixSocket bound = UnixSocket.bind(UnixSocket.Kind.STREAM, before.toString());
                Fd nothing = Open.absolute("/dev/null", new Open.How(Open.READ_WRITE, 0, 0))) {
            ApiSocket.permit(before, ApiSocket.principal(before, Optional.empty()));
            try (Pidfd child = Spawn.of(program.toString(), words(program, paths))
                    .inOwnSession()
                    .with(0, bound.fd())
                    .with(1, nothing)
                    .with(2, nothing)
                    .start()) {
                ExitStatus status = child.reap();
                if (status.shell() != 0) {
                    throw new IOException(program + " ended with status " + status.shell());
                }
            }
            Files.move(before, socket, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(before);
        }
    }

    private static List<String> words(Path program, EnginePaths paths) {
        List<String> words = new ArrayList<>(List.of(
                program.toString(),
                "daemon",
                "--born",
                DaemonSettings.log(paths).toString()));
        if (!SystemPaths.are(paths)) {
            words.add("--data-root=" + paths.dataRoot());
            words.add("--exec-root=" + paths.execRoot());
        }
        return words;
    }
}

package dev.estiba.daemon.serve;

import dev.estiba.engine.EnginePaths;
import dev.estiba.linux.UnixSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where the command finds the daemon of its own build ({@code native/src/forward.c}): beside the API's socket, root's alone.
 *
 * @param socket listening
 */
public record CommandSocket(UnixSocket socket, Path path) implements AutoCloseable {
    private static final int BACKLOG = 4096;

    /**
     * Takes the place of one that an earlier daemon has left. It has its name when it has its mode: until then nobody can
     * call.
     *
     * @param build whose command will call
     */
    public static CommandSocket open(EnginePaths paths, String build) throws IOException {
        Path path = DaemonSettings.beside(paths, "daemon-" + build + ".sock");
        Files.createDirectories(path.getParent());
        Path before = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(before);
        UnixSocket socket = UnixSocket.bind(UnixSocket.Kind.STREAM, before.toString());
        boolean named = false;
        try {
            Files.setPosixFilePermissions(before, PosixFilePermissions.fromString("rw-------"));
            socket.listen(BACKLOG);
            Files.move(before, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            named = true;
            return new CommandSocket(socket, path);
        } finally {
            if (!named) {
                socket.close();
                Files.deleteIfExists(before);
            }
        }
    }

    /** The name goes first: who finds none asks another. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            return; // whoever finds it is refused, and asks another
        }
    }
}

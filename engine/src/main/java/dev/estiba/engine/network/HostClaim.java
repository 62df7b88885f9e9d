package dev.estiba.engine.network;

import dev.estiba.linux.Fd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network namespace's bridges being one daemon's: two would take each other's for nobody's. A lock (fcntl(2)) on a byte of a file that
 * only root can open; which byte, the namespace's number says. Not an abstract socket's name (unix(7)): that every process of the host's
 * network can take, a container's of {@code --network host} too, and no daemon would have bridges until it ends.
 */
final class HostClaim implements AutoCloseable {
    private static final String NAME = "bridges.lock";
    private static final Set<OpenOption> OPTIONS =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final FileChannel file;

    private HostClaim(FileChannel file) {
        this.file = file;
    }

    /**
     * Empty when another daemon has it. It ends with the process.
     *
     * @param directory in which every daemon of this machine looks
     */
    static Optional<HostClaim> take(Path directory, Fd namespace) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
        }
        long number = (Long) Files.getAttribute(Path.of(namespace.procPath()), "unix:ino");
        FileChannel file = FileChannel.open(directory.resolve(NAME), OPTIONS, OWNERS);
        boolean isTaken = false;
        try {
            isTaken = lock(file, number) != null;
            return isTaken ? Optional.of(new HostClaim(file)) : Optional.empty();
        } finally {
            if (!isTaken) {
                file.close();
            }
        }
    }

    private static @Nullable FileLock lock(FileChannel file, long number) throws IOException {
        try {
            return file.tryLock(number, 1, false);
        } catch (OverlappingFileLockException e) {
            return null; // another engine of this process has it
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

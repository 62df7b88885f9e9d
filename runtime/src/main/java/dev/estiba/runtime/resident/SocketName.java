package dev.estiba.runtime.resident;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * The name of a resident's socket, which callers connect to and which a resident gives up before it leaves.
 *
 * <p>Callers start another resident when nothing has the name; so giving it up by rename(2) is what decides, and no lock
 * is needed that C's flock(2) and Java's fcntl(2) locks would have to share. The name may meanwhile be another's: callers
 * take it from a resident that does not answer ({@code native/src/resident.c}), so the file is compared before and after.
 */
final class SocketName {
    private static final String LEAVING = ".leaving";

    private final Path name;
    private final Path leaving;
    private final Object file;

    private SocketName(Path name, Object file) {
        this.name = name;
        this.leaving = name.resolveSibling(name.getFileName() + LEAVING);
        this.file = file;
    }

    /** The name that a socket is bound to and still has; empty otherwise. */
    static Optional<SocketName> of(Optional<Path> bound) throws IOException {
        if (bound.isEmpty() || !bound.get().isAbsolute()) {
            return Optional.empty();
        }
        Path path = bound.get();
        return file(path).map(file -> new SocketName(path, file));
    }

    private static Optional<Object> file(Path path) throws IOException {
        try {
            return Optional.ofNullable(Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private boolean ours(Path path) throws IOException {
        return file(path).filter(file::equals).isPresent();
    }

    /** From here on new callers start another resident. Those who have found this one already still reach it. */
    void giveUp() throws IOException {
        if (!ours(name)) {
            return;
        }
        Files.move(name, leaving, StandardCopyOption.ATOMIC_MOVE);
        if (!ours(leaving)) {
            giveBack();
        }
    }

    /** Between the look and the rename the name became another resident's: it gets it back, unless a third has it. */
    private void giveBack() throws IOException {
        try {
            Files.createLink(name, leaving);
        } catch (FileAlreadyExistsException e) {
            return;
        }
        Files.delete(leaving);
    }

    /** Removes what {@link #giveUp} has left, when the socket is closed. */
    void remove() throws IOException {
        if (ours(leaving)) {
            Files.delete(leaving);
        }
    }
}

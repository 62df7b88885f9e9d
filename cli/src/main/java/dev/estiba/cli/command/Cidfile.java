package dev.estiba.cli.command;

import dev.estiba.cli.Caller;
import dev.estiba.cli.create.Reasons;
import dev.estiba.cli.flag.BadValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The file of {@code --cidfile}: there before the container, and gone again when no container came of it. */
final class Cidfile implements AutoCloseable {
    private final Optional<Path> file;
    private boolean isWritten;

    private Cidfile(Optional<Path> file) {
        this.file = file;
    }

    /** @param path the caller's; empty: no file is wanted */
    static Cidfile create(String path, Caller caller) throws BadValue {
        if (path.isEmpty()) {
            return new Cidfile(Optional.empty());
        }
        try {
            Path given = Path.of(path);
            Path parent = Optional.ofNullable(given.getParent()).orElse(Path.of("."));
            Path onHost = Path.of(caller.hostPath(parent.toString()))
                    .resolve(Optional.ofNullable(given.getFileName()).orElse(Path.of("")));
            Files.createFile(onHost);
            return new Cidfile(Optional.of(onHost));
        } catch (FileAlreadyExistsException e) {
            throw new BadValue(
                    "container ID file found, make sure the other container isn't running or delete " + path);
        } catch (IOException e) {
            throw new BadValue("failed to create the container ID file: open " + path + ": " + Reasons.of(e));
        }
    }

    void write(String id) throws IOException {
        if (file.isPresent()) {
            Files.write(file.get(), id.getBytes(StandardCharsets.UTF_8));
            isWritten = true;
        }
    }

    @Override
    public void close() throws IOException {
        if (file.isPresent() && !isWritten) {
            Files.deleteIfExists(file.get());
        }
    }
}

package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.cli.Caller;
import dev.estiba.cli.create.Reasons;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** A file of the caller's that is there when it is whole, and not before: it is written under another name beside it. */
final class OutputFile implements AutoCloseable {
    private final Path file;
    private final Path unfinished;

    private OutputFile(Path file, Path unfinished) {
        this.file = file;
        this.unfinished = unfinished;
    }

    /** @param path the caller's */
    static OutputFile create(String path, Caller caller) throws ApiException {
        try {
            Path given = Path.of(path);
            Path parent = Optional.ofNullable(given.getParent()).orElse(Path.of("."));
            Path directory = Path.of(caller.hostPath(parent.toString()));
            if (!Files.isDirectory(directory)) {
                throw refused(path, "directory \"" + parent + "\" does not exist");
            }
            Path file =
                    directory.resolve(Optional.ofNullable(given.getFileName()).orElse(Path.of("")));
            boolean isFree = !Files.exists(file, LinkOption.NOFOLLOW_LINKS) || Files.isRegularFile(file);
            if (!isFree) {
                throw refused(path, "it is there, and no regular file");
            }
            // With the mode 0600, since an image may have secrets.
            return new OutputFile(file, Files.createTempFile(directory, "." + file.getFileName() + ".", ".part"));
        } catch (ApiException e) {
            throw e;
        } catch (IOException e) {
            throw refused(path, Reasons.of(e));
        }
    }

    private static ApiException refused(String path, String why) {
        return ApiException.badRequest("cannot write to " + path + ": " + why);
    }

    OutputStream open() throws IOException {
        return Files.newOutputStream(unfinished);
    }

    /** The file is whole: gives it its name. */
    void keep() throws ApiException {
        try {
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw refused(file.toString(), Reasons.of(e));
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(unfinished);
    }
}

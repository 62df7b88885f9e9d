package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The two images that no registry has: {@code hello}, which this program carries, and {@code rootfs:DIRECTORY}, a directory of
 * the host as it is. Safe for all threads and processes.
 */
final class BuiltinImages {
    private static final String HELLO = "hello";
    private static final String ROOTFS = "rootfs:";

    private final Path directory;

    /** @param directory where the tree of {@code hello} goes; made when it is needed */
    BuiltinImages(Path directory) {
        this.directory = directory;
    }

    /** Empty for every other name. */
    Optional<Image> find(String reference) throws IOException {
        if (reference.startsWith(ROOTFS)) {
            return Optional.of(rootfs(reference));
        }
        String name = reference.endsWith(":latest") ? reference.substring(0, reference.length() - 7) : reference;
        return name.equals(HELLO) ? Optional.of(hello()) : Optional.empty();
    }

    private static Image rootfs(String reference) throws ApiException {
        String path = reference.substring(ROOTFS.length());
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw ApiException.badRequest(
                    "invalid reference format: " + reference + ": the directory's path must be absolute");
        }
        String clean = Path.of(path).normalize().toString();
        if (!Files.isDirectory(Path.of(clean))) {
            throw ApiException.notFound("No such image: " + reference + ": there is no such directory");
        }
        String id = "sha256:" + Embedded.digest((ROOTFS + clean).getBytes(StandardCharsets.UTF_8));
        ImageConfig config = ImageConfig.running(List.of(), List.of("/bin/sh"));
        return new Image(id, reference, List.of(clean), config, Optional.empty());
    }

    private Image hello() throws IOException {
        Embedded program = Embedded.program(HELLO);
        Path tree = program.laidIn(directory);
        ImageConfig config = ImageConfig.running(List.of("/hello"), List.of());
        return new Image("sha256:" + program.digest(), HELLO, List.of(tree.toString()), config, Optional.empty());
    }

    /** The program that is a container's first process with {@code --init}, as a file of this host. */
    Path init() throws IOException {
        return Embedded.program("init").laidIn(directory).resolve("init");
    }
}

package dev.estiba.daemon;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where this Estiba is installed. */
final class Home {
    private Home() {}

    /**
     * What has bin/estiba: a tree has its jars beside it.
     *
     * @param said by tests, which have no tree; may be empty
     */
    static Path of(String said) throws IOException {
        if (!said.isEmpty()) {
            return Path.of(said);
        }
        try {
            return Path.of(Home.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .resolveSibling("..")
                    .normalize();
        } catch (URISyntaxException e) {
            throw new IOException("it cannot be told where Estiba is installed", e);
        }
    }

    /** What native programs of the same build know themselves by; empty for classes that were not installed. */
    static Optional<String> build(Path home) throws IOException {
        Path file = home.resolve("lib/build-id");
        return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    }
}

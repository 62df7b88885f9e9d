package dev.estiba.runtime;

import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.Open;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What a container is made of: a directory and the configuration that counts for it.
 *
 * @param directory absolute; relative paths of the configuration are taken from it
 * @param config the bytes of a {@code config.json}, which are not changed
 */
public record Bundle(Path directory, byte[] config) {
    private static final int CONFIG_CAP = 10 << 20;

    public Bundle {
        if (!directory.isAbsolute()) {
            throw new IllegalArgumentException("a bundle needs an absolute path: " + directory);
        }
    }

    /**
     * A bundle as the specification has it: a directory with a {@code config.json}, which is read now.
     *
     * @throws ContainerException {@link ErrorCode#BUNDLE_UNREADABLE}
     */
    public static Bundle at(Path directory) throws ContainerException {
        if (!directory.isAbsolute()) {
            throw new IllegalArgumentException("a bundle needs an absolute path: " + directory);
        }
        try (Fd opened = Open.absolute(directory.toString(), Open.How.directory());
                Fd file = Open.at(opened, "config.json", Open.How.reading())) {
            return new Bundle(directory, FileBytes.readAll(file, CONFIG_CAP));
        } catch (IOException e) {
            throw new ContainerException(
                    ErrorCode.BUNDLE_UNREADABLE, "cannot read the bundle " + directory + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return "bundle " + directory + " (" + config.length + " bytes of configuration)";
    }
}

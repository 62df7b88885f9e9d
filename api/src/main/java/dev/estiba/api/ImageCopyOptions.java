package dev.estiba.api;

import java.nio.file.Path;
import java.util.List;

/**
 * @param source {@code docker://REFERENCE}, {@code oci:PATH:TAG}, {@code oci-archive:PATH:TAG}, {@code docker-archive:PATH:REFERENCE}, or a
 *     name of the engine's own
 * @param target the same
 * @param directory what their paths are relative to: the caller's, absolute, on this host
 * @param platforms empty: all that the image has
 * @param referrers also what says something of the image, such as signatures
 */
public record ImageCopyOptions(
        String source,
        String target,
        Path directory,
        List<String> platforms,
        boolean referrers,
        RegistryAccess access) {
    public ImageCopyOptions {
        if (!directory.isAbsolute()) {
            throw new IllegalArgumentException("the caller's directory needs an absolute path: " + directory);
        }
        platforms = List.copyOf(platforms);
    }
}

package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.RegistryAccess;
import dev.estiba.cli.Caller;
import dev.estiba.cli.create.Reasons;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What a caller brings for registries: his names for images, and his configuration. */
final class Registries {
    private Registries() {}

    /** The credentials and proxies that the caller has. */
    static RegistryAccess access(Caller caller) throws ApiException {
        Map<String, String> environment = caller.environment();
        String given = environment.getOrDefault("DOCKER_CONFIG", "");
        String home = environment.getOrDefault("HOME", "");
        String path = given.isEmpty() ? home + "/.docker" : given;
        try {
            return new RegistryAccess(Path.of(caller.hostPath(path)), environment);
        } catch (IOException e) {
            throw new ApiException(
                    ApiException.BAD_REQUEST,
                    "cannot find the configuration of registries: " + path + ": " + Reasons.of(e),
                    e);
        }
    }

    /** The name as it is written, or Docker's sentence about it. */
    static Reference name(String text) throws ApiException {
        try {
            return Reference.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ApiException(ApiException.BAD_REQUEST, String.valueOf(e.getMessage()), e);
        }
    }

    /** As the engine is asked for it: a registry that the caller has named is named, and one that he has not is not. */
    static String asked(String text, Reference name) {
        return Reference.isQualified(text) ? name.toString() : name.familiar();
    }

    /** Whether the name says which of the repository's images is meant. */
    static boolean isChosen(Reference name) {
        return name.tag().isPresent() || name.digest().isPresent();
    }

    /** The name without what chooses. */
    static Reference repository(Reference name) {
        return new Reference(name.domain(), name.path(), Optional.empty(), Optional.empty());
    }
}

package dev.estiba.api;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Whose credentials and proxies are used with registries: the caller's.
 *
 * @param dockerConfig the directory of his {@code config.json}, absolute, on this host; it need not be there; without, nothing is
 *     read and nothing is kept
 * @param environment his variables: {@code PATH} for credential helpers, {@code HTTPS_PROXY} and the like
 * @param credential what he has given with the call: of its server, and of no other, it is the one that counts
 */
public record RegistryAccess(
        Optional<Path> dockerConfig, Map<String, String> environment, Optional<RegistryCredential> credential) {
    public RegistryAccess {
        if (dockerConfig.isPresent() && !dockerConfig.get().isAbsolute()) {
            throw new IllegalArgumentException(
                    "a configuration's directory needs an absolute path: " + dockerConfig.get());
        }
        environment = Copies.inOrder(environment);
    }

    public RegistryAccess(Path dockerConfig, Map<String, String> environment) {
        this(Optional.of(dockerConfig), environment, Optional.empty());
    }

    public RegistryAccess withCredential(RegistryCredential given) {
        return new RegistryAccess(dockerConfig, environment, Optional.of(given));
    }

    /** Environments have secrets. */
    @Override
    public String toString() {
        return "RegistryAccess[" + dockerConfig.map(Path::toString).orElse("") + "]";
    }
}

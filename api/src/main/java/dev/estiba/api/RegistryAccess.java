package dev.estiba.api;

import java.nio.file.Path;
import java.util.Map;

/**
 * Whose credentials and proxies are used with registries: the caller's.
 *
 * @param dockerConfig the directory of his {@code config.json}, absolute, on this host; it need not be there
 * @param environment his variables: {@code PATH} for credential helpers, {@code HTTPS_PROXY} and the like
 */
public record RegistryAccess(Path dockerConfig, Map<String, String> environment) {
    public RegistryAccess {
        if (!dockerConfig.isAbsolute()) {
            throw new IllegalArgumentException("a configuration's directory needs an absolute path: " + dockerConfig);
        }
        environment = Copies.inOrder(environment);
    }

    /** Environments have secrets. */
    @Override
    public String toString() {
        return "RegistryAccess[" + dockerConfig + "]";
    }
}

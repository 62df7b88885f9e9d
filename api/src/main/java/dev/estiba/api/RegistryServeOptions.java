package dev.estiba.api;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How the engine's images are served as a registry.
 *
 * @param host where it listens
 * @param port 0: any that is free
 * @param name what the registry is called in names of images; without, its address
 * @param all whether images of other registries are shown too, read only
 * @param htpasswd the file of who may use it, absolute, on this host; without, everybody may
 * @param tokens whether these get tokens to show instead of their passwords
 * @param tls what to show to clients, who have to speak TLS then
 * @param mirrorOf the registry that it is a cache of
 * @param access of whom requests to that one are
 */
public record RegistryServeOptions(
        String host,
        int port,
        Optional<String> name,
        boolean all,
        Optional<Path> htpasswd,
        boolean tokens,
        Optional<Tls> tls,
        Optional<URI> mirrorOf,
        RegistryAccess access) {
    /**
     * A certificate with its key, in files of this host, absolute; they may be replaced at any time.
     *
     * @param certificate PEM, with the chain behind it
     * @param key PEM, without a passphrase
     */
    public record Tls(Path certificate, Path key) {}

    public RegistryServeOptions {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("no port: " + port);
        }
    }
}

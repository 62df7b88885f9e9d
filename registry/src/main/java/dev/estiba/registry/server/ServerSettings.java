package dev.estiba.registry.server;

import dev.estiba.oci.image.Platform;
import dev.estiba.registry.tls.TlsRules;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a registry is served.
 *
 * @param address where it listens; port 0: any that is free
 * @param name the registry's name in the engine's names of images; empty: the address
 * @param all whether images of other registries are shown too, under their whole names
 * @param htpasswd who may use it (bcrypt); empty: everybody
 * @param tokens whether these get tokens, which they then show instead of their passwords
 * @param upstream the registry that this one is a cache of; nothing can be pushed then
 * @param tls what is shown to clients, with whom TLS is spoken then; empty: plain HTTP
 * @param host what this machine runs: what comes first of several platforms
 */
public record ServerSettings(
        InetSocketAddress address,
        Optional<String> name,
        boolean all,
        Optional<Path> htpasswd,
        boolean tokens,
        Optional<URI> upstream,
        Optional<TlsRules.Identity> tls,
        Platform host,
        Limits limits) {
    public static ServerSettings of(InetSocketAddress address, Platform host) {
        return new ServerSettings(
                address,
                Optional.empty(),
                false,
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                host,
                Limits.USUAL);
    }

    public ServerSettings withName(String value) {
        return new ServerSettings(address, Optional.of(value), all, htpasswd, tokens, upstream, tls, host, limits);
    }

    public ServerSettings withAll() {
        return new ServerSettings(address, name, true, htpasswd, tokens, upstream, tls, host, limits);
    }

    public ServerSettings withUsers(Path file, boolean withTokens) {
        return new ServerSettings(address, name, all, Optional.of(file), withTokens, upstream, tls, host, limits);
    }

    public ServerSettings withUpstream(URI registry) {
        return new ServerSettings(address, name, all, htpasswd, tokens, Optional.of(registry), tls, host, limits);
    }

    public ServerSettings withTls(TlsRules.Identity identity) {
        return new ServerSettings(address, name, all, htpasswd, tokens, upstream, Optional.of(identity), host, limits);
    }

    public ServerSettings withLimits(Limits value) {
        return new ServerSettings(address, name, all, htpasswd, tokens, upstream, tls, host, value);
    }
}

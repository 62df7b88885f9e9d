package dev.estiba.registry.client;

import dev.estiba.registry.auth.Credentials;
import dev.estiba.registry.http.Patience;
import dev.estiba.registry.http.Proxies;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a client of registries is told: the files that its user has already, by their paths, and what stands above them.
 * Nothing is read from the process that it runs in.
 *
 * @param dockerConfig {@code ~/.docker/config.json}, which need not be there
 * @param registriesConf files in the format of {@code registries.conf}, the later one counts; those that are not there are passed over
 * @param certificateDirectories such as {@code /etc/containerd/certs.d} and {@code /etc/docker/certs.d}: in each a directory for a
 *     host, with {@code hosts.toml} or with {@code *.crt}, {@code *.cert} and {@code *.key}; the first one that has the host counts
 * @param authorities files of certificates (PEM) that are trusted for every host
 * @param insecure hosts, with their ports, and networks whose TLS is not verified, and which may speak plain HTTP
 * @param mirrors hosts that are asked before a registry, as Docker's {@code registry-mirrors} are: by its name, or {@code *} for all
 *     others; each is an address, {@code https://mirror.example:5000}
 * @param credentials what to show to which host; of the others the files know
 * @param proxies through whom requests go
 * @param programPath where credential helpers are looked for: directories, separated by colons
 * @param programEnvironment what they are started with, {@code NAME=VALUE} each
 * @param agent how we call ourselves
 */
public record RegistrySettings(
        Optional<Path> dockerConfig,
        List<Path> registriesConf,
        List<Path> certificateDirectories,
        List<Path> authorities,
        List<String> insecure,
        Map<String, List<String>> mirrors,
        Map<String, Credentials> credentials,
        Proxies proxies,
        String programPath,
        List<String> programEnvironment,
        String agent,
        Patience patience) {
    /** No file is read, nobody is known, nothing is insecure but this machine itself. */
    public static final RegistrySettings USUAL = new RegistrySettings(
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            Map.of(),
            Proxies.NONE,
            "",
            List.of(),
            "estiba",
            Patience.USUAL);

    public RegistrySettings {
        registriesConf = List.copyOf(registriesConf);
        certificateDirectories = List.copyOf(certificateDirectories);
        authorities = List.copyOf(authorities);
        insecure = List.copyOf(insecure);
        mirrors = Map.copyOf(mirrors);
        credentials = Map.copyOf(credentials);
        programEnvironment = List.copyOf(programEnvironment);
    }

    public RegistrySettings withDockerConfig(Path file) {
        return new RegistrySettings(
                Optional.of(file),
                registriesConf,
                certificateDirectories,
                authorities,
                insecure,
                mirrors,
                credentials,
                proxies,
                programPath,
                programEnvironment,
                agent,
                patience);
    }

    public RegistrySettings withRegistriesConf(List<Path> files) {
        return new RegistrySettings(
                dockerConfig,
                files,
                certificateDirectories,
                authorities,
                insecure,
                mirrors,
                credentials,
                proxies,
                programPath,
                programEnvironment,
                agent,
                patience);
    }

    public RegistrySettings withCertificateDirectories(List<Path> directories) {
        return new RegistrySettings(
                dockerConfig,
                registriesConf,
                directories,
                authorities,
                insecure,
                mirrors,
                credentials,
                proxies,
                programPath,
                programEnvironment,
                agent,
                patience);
    }

    public RegistrySettings withAuthorities(List<Path> files) {
        return new RegistrySettings(
                dockerConfig,
                registriesConf,
                certificateDirectories,
                files,
                insecure,
                mirrors,
                credentials,
                proxies,
                programPath,
                programEnvironment,
                agent,
                patience);
    }

    public RegistrySettings withInsecure(List<String> hosts) {
        return new RegistrySettings(
                dockerConfig,
                registriesConf,
                certificateDirectories,
                authorities,
                hosts,
                mirrors,
                credentials,
                proxies,
                programPath,
                programEnvironment,
                agent,
                patience);
    }

    public RegistrySettings withMirrors(Map<String, List<String>> hosts) {
        return new RegistrySettings(
                dockerConfig,
                registriesConf,
                certificateDirectories,
                authorities,
                insecure,
                hosts,
                credentials,
                proxies,
                programPath,
                programEnvironment,
                agent,
                patience);
    }

    public RegistrySettings withCredentials(Map<String, Credentials> known) {
        return new RegistrySettings(
                dockerConfig,
                registriesConf,
                certificateDirectories,
                authorities,
                insecure,
                mirrors,
                known,
                proxies,
                programPath,
                programEnvironment,
                agent,
                patience);
    }

    public RegistrySettings withProxies(Proxies through) {
        return new RegistrySettings(
                dockerConfig,
                registriesConf,
                certificateDirectories,
                authorities,
                insecure,
                mirrors,
                credentials,
                through,
                programPath,
                programEnvironment,
                agent,
                patience);
    }

    public RegistrySettings withPrograms(String path, List<String> environment) {
        return new RegistrySettings(
                dockerConfig,
                registriesConf,
                certificateDirectories,
                authorities,
                insecure,
                mirrors,
                credentials,
                proxies,
                path,
                environment,
                agent,
                patience);
    }

    public RegistrySettings withAgent(String name) {
        return new RegistrySettings(
                dockerConfig,
                registriesConf,
                certificateDirectories,
                authorities,
                insecure,
                mirrors,
                credentials,
                proxies,
                programPath,
                programEnvironment,
                name,
                patience);
    }

    public RegistrySettings withPatience(Patience other) {
        return new RegistrySettings(
                dockerConfig,
                registriesConf,
                certificateDirectories,
                authorities,
                insecure,
                mirrors,
                credentials,
                proxies,
                programPath,
                programEnvironment,
                agent,
                other);
    }
}

package dev.estiba.engine.image;

import dev.estiba.api.RegistryAccess;
import dev.estiba.api.RegistryCredential;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.auth.Credentials;
import dev.estiba.registry.client.Connections;
import dev.estiba.registry.client.Registry;
import dev.estiba.registry.client.RegistrySettings;
import dev.estiba.registry.files.DaemonConfig;
import dev.estiba.registry.http.Proxies;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Clients of registries with the configuration that the caller, and this machine, have already. */
final class Registries {
    private static final Path CONTAINERS = Path.of("/etc/containers");
    private static final List<Path> CERTIFICATES =
            List.of(Path.of("/etc/estiba/certs.d"), Path.of("/etc/containerd/certs.d"), Path.of("/etc/docker/certs.d"));

    /** Of these, what they say of registries. */
    private static final List<Path> DAEMONS =
            List.of(Path.of("/etc/docker/daemon.json"), Path.of("/etc/estiba/daemon.json"));

    private Registries() {}

    /** The caller's to close. */
    static Registry open(RegistryAccess access) throws IOException {
        return Registry.open(settings(access));
    }

    /** The same with connections that are still open; the caller's to close. */
    static Registry open(RegistryAccess access, Connections connections) throws IOException {
        return Registry.open(settings(access), connections);
    }

    /** The same for one registry, whose the given credentials are when they do not say whose they are. */
    static Registry open(RegistryAccess access, Reference about, Connections connections) throws IOException {
        return Registry.open(settings(access, Optional.of(about)), connections);
    }

    static RegistrySettings settings(RegistryAccess access) throws IOException {
        return settings(access, Optional.empty());
    }

    private static RegistrySettings settings(RegistryAccess access, Optional<Reference> about) throws IOException {
        Map<String, String> environment = access.environment();
        DaemonConfig daemon = DaemonConfig.read(DAEMONS);
        RegistrySettings usual = access.dockerConfig().isPresent()
                ? RegistrySettings.USUAL.withDockerConfig(
                        access.dockerConfig().get().resolve("config.json"))
                : RegistrySettings.USUAL;
        return usual.withCredentials(given(access, about))
                .withMirrors(daemon.mirrors().isEmpty() ? Map.of() : Map.of(Reference.DEFAULT_DOMAIN, daemon.mirrors()))
                .withInsecure(daemon.insecure())
                .withRegistriesConf(registriesConf(environment))
                .withCertificateDirectories(CERTIFICATES)
                .withProxies(Proxies.of(
                        variable(environment, "HTTP_PROXY"),
                        variable(environment, "HTTPS_PROXY"),
                        variable(environment, "NO_PROXY")))
                .withPrograms(
                        environment.getOrDefault("PATH", ""),
                        environment.entrySet().stream()
                                .map(each -> each.getKey() + "=" + each.getValue())
                                .toList());
    }

    /** They are shown to one host and to no other, whoever asks for them (CVE-2021-41092). */
    private static Map<String, Credentials> given(RegistryAccess access, Optional<Reference> about) {
        if (access.credential().isEmpty() || access.credential().get().isAnonymous()) {
            return Map.of();
        }
        RegistryCredential credential = access.credential().get();
        Optional<String> host = credential.server().isBlank()
                ? about.map(Reference::domain)
                : Optional.of(LoggingIn.host(credential.server()));
        return host.isEmpty() ? Map.of() : Map.of(host.get(), credentials(credential));
    }

    private static Credentials credentials(RegistryCredential given) {
        if (!given.registryToken().isEmpty()) {
            return new Credentials.RegistryToken(given.registryToken());
        }
        return given.identityToken().isEmpty()
                ? new Credentials.Password(given.username(), given.password())
                : new Credentials.IdentityToken(given.identityToken());
    }

    /** As Go's programs read them: the capital one first. */
    private static String variable(Map<String, String> environment, String name) {
        String capital = environment.getOrDefault(name, "");
        return capital.isEmpty() ? environment.getOrDefault(name.toLowerCase(java.util.Locale.ROOT), "") : capital;
    }

    /** containers-registries.conf(5), "FORMAT": the file, what is beside it, then the user's own. */
    private static List<Path> registriesConf(Map<String, String> environment) throws IOException {
        List<Path> files = new ArrayList<>(List.of(CONTAINERS.resolve("registries.conf")));
        files.addAll(beside(CONTAINERS.resolve("registries.conf.d")));
        String home = environment.getOrDefault("HOME", "");
        if (home.startsWith("/") && home.indexOf('\0') < 0) {
            Path own = Path.of(home, ".config", "containers");
            files.add(own.resolve("registries.conf"));
            files.addAll(beside(own.resolve("registries.conf.d")));
        }
        return files;
    }

    private static List<Path> beside(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*.conf")) {
            found.forEach(files::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of(); // nobody has made one
        }
        files.sort(null);
        return files;
    }
}

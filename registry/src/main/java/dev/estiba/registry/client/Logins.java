package dev.estiba.registry.client;

import dev.estiba.oci.image.Reference;
import dev.estiba.registry.auth.Credentials;
import dev.estiba.registry.files.DockerConfig;
import dev.estiba.registry.files.DockerConfigFile;
import dev.estiba.registry.program.CredentialProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Who its user is to which registry: what the settings say, then what the helper programs of Docker's configuration know, then
 * what stands in that file. A registry gets only what was entered under its own name.
 */
public final class Logins {
    private final RegistrySettings settings;

    /** The file is read anew each time: another command may have logged in meanwhile. */
    public Logins(RegistrySettings settings) {
        this.settings = settings;
    }

    /**
     * What there is to show; nobody's when there is nothing.
     *
     * @param host as it stands in names: {@code docker.io}, {@code example.org:5000}
     */
    public Credentials find(String host) throws IOException {
        for (String name : new String[] {host, DockerConfig.server(host), domain(host)}) {
            Credentials told = settings.credentials().get(name);
            if (told != null) {
                return told;
            }
        }
        DockerConfig config = config();
        Optional<String> helper = config.helper(host);
        if (helper.isPresent()) {
            Optional<Credentials> known = helper(helper.get()).get(DockerConfig.server(host));
            if (known.isPresent()) {
                return known.get();
            }
        }
        return config.of(host).orElse(Credentials.ANONYMOUS);
    }

    private static String domain(String host) {
        return DockerConfig.server(host).equals(DockerConfig.DOCKER_HUB) ? Reference.DEFAULT_DOMAIN : host;
    }

    /**
     * Keeps credentials that a registry has accepted: with the helper program of its host, or in the file.
     *
     * @return whether they are in the file, where everybody reads them who reads the file
     * @throws IOException when there is no file to keep them in, or it cannot be changed; it is as it was then
     */
    public boolean keep(String host, Credentials credentials) throws IOException {
        String server = DockerConfig.server(host);
        Optional<String> helper = config().helper(host);
        if (helper.isPresent()) {
            helper(helper.get()).store(server, credentials);
            new DockerConfigFile(file()).enter(server, Credentials.ANONYMOUS);
        } else {
            new DockerConfigFile(file()).enter(server, credentials);
        }
        return helper.isEmpty();
    }

    /** Forgets them; where there were none nothing happens. */
    public void forget(String host) throws IOException {
        String server = DockerConfig.server(host);
        Optional<String> helper = config().helper(host);
        if (helper.isPresent()) {
            helper(helper.get()).erase(server);
        }
        if (settings.dockerConfig().isPresent()) {
            new DockerConfigFile(file()).remove(server);
        }
    }

    private DockerConfig config() throws IOException {
        return settings.dockerConfig().isPresent()
                ? DockerConfig.read(settings.dockerConfig().get())
                : DockerConfig.EMPTY;
    }

    private Path file() throws IOException {
        return settings.dockerConfig()
                .orElseThrow(() -> new IOException("there is no file to keep a login in (Docker's config.json)"));
    }

    private CredentialProgram helper(String name) throws IOException {
        return CredentialProgram.find(name, settings.programPath(), settings.programEnvironment());
    }
}

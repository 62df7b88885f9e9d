package dev.estiba.cli.remote;

import dev.estiba.api.RegistryAccess;
import dev.estiba.cli.template.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * What a daemon elsewhere is to show to a registry: what the caller's {@code config.json} has under {@code auths}. Passwords that a
 * credential helper keeps are not handed on.
 */
final class ConfiguredCredentials {
    private static final String DOCKER = "docker.io", DOCKERS_KEY = "https://index.docker.io/v1/";
    private static final long LARGEST = 4 << 20;

    private ConfiguredCredentials() {}

    /** The value of X-Registry-Auth; of who has none that of nobody. */
    static String header(RegistryAccess access, String domain) {
        String key = domain.equals(DOCKER) ? DOCKERS_KEY : domain;
        String json = access.dockerConfig()
                .flatMap(directory -> auth(directory.resolve("config.json"), key))
                .map(auth -> json(auth, key))
                .orElse("{}");
        return Base64.getUrlEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String json(String auth, String key) {
        String both = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
        int colon = Math.max(0, both.indexOf(':'));
        return Tree.write(Map.of(
                "username",
                both.substring(0, colon),
                "password",
                both.substring(Math.min(both.length(), colon + 1)),
                "serveraddress",
                key));
    }

    private static Optional<String> auth(Path config, String key) {
        try {
            if (Files.size(config) > LARGEST) {
                return Optional.empty();
            }
            Object auths = Tree.at(Tree.read(Files.readAllBytes(config)), "auths", key, "auth");
            return auths instanceof String text && isBase64(text) ? Optional.of(text) : Optional.empty();
        } catch (IOException | JacksonException e) {
            return Optional.empty(); // whoever needs it is told by the registry
        }
    }

    private static boolean isBase64(String text) {
        return text.matches("[A-Za-z0-9+/]+=*") && text.length() % 4 == 0;
    }
}

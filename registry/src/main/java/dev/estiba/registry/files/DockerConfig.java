package dev.estiba.registry.files;

import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Origin;
import dev.estiba.registry.auth.Credentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code ~/.docker/config.json} says of registries; the rest of it is other programs'.
 *
 * @param auths by servers, as they stand there: hosts, or addresses
 * @param helpers by hosts: the names of programs that know their credentials
 * @param store the program that knows all others
 */
public record DockerConfig(Map<String, Credentials> auths, Map<String, String> helpers, Optional<String> store) {
    public static final DockerConfig EMPTY = new DockerConfig(Map.of(), Map.of(), Optional.empty());

    /** How Docker's registry is called in there, for reasons of history. */
    public static final String DOCKER_HUB = "https://index.docker.io/v1/";

    private static final int MOST_BYTES = 4 << 20;
    private static final List<String> FIELDS = List.of("auths", "credHelpers", "credsStore");
    private static final List<String> AUTH = List.of("auth", "username", "password", "identitytoken", "registrytoken");

    public DockerConfig {
        auths = Map.copyOf(auths);
        helpers = Map.copyOf(helpers);
    }

    /** @return nothing when there is no such file */
    public static DockerConfig read(Path file) throws IOException {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new IOException(file + " is larger than any configuration (" + MOST_BYTES + " bytes)");
            }
            return parse(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return EMPTY;
        } catch (DocumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    static DockerConfig parse(byte[] document) throws DocumentException {
        if (new String(document, StandardCharsets.ISO_8859_1).isBlank()) {
            return EMPTY;
        }
        Map<String, Credentials> auths = new LinkedHashMap<>();
        Map<String, String> helpers = Map.of();
        Optional<String> store = Optional.empty();
        try (Cursor in = Cursor.open(document, Origin.DOCUMENT)) {
            in.object();
            for (String name = in.nextField(); name != null; name = in.nextField()) {
                switch (name) {
                    case "auths" -> {
                        in.object();
                        for (String server = in.nextField(); server != null; server = in.nextField()) {
                            auths.put(server, auth(in));
                        }
                    }
                    case "credHelpers" -> helpers = in.textMap(Cursor.Strings.FOR_C);
                    case "credsStore" -> store = Optional.of(in.text()).filter(text -> !text.isEmpty());
                    default -> in.unknown(FIELDS);
                }
            }
            in.end();
        }
        return new DockerConfig(auths, helpers, store);
    }

    private static Credentials auth(Cursor in) throws DocumentException {
        String both = "";
        String user = "";
        String secret = "";
        String identity = "";
        String registry = "";
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "auth" -> both = in.string();
                case "username" -> user = in.string();
                case "password" -> secret = in.string();
                case "identitytoken" -> identity = in.string();
                case "registrytoken" -> registry = in.string();
                default -> in.unknown(AUTH);
            }
        }
        if (!registry.isEmpty()) {
            return new Credentials.RegistryToken(registry);
        }
        if (!identity.isEmpty()) {
            return new Credentials.IdentityToken(identity);
        }
        if (!both.isEmpty()) {
            return password(in, both);
        }
        return user.isEmpty() ? Credentials.ANONYMOUS : new Credentials.Password(user, secret);
    }

    /** The sentence has nothing of the text in it. */
    private static Credentials password(Cursor in, String encoded) throws DocumentException {
        String text;
        try {
            text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw in.failure("an \"auth\" is no base64");
        }
        int colon = text.indexOf(':');
        if (colon <= 0) {
            throw in.failure("an \"auth\" is no user's name, colon and password");
        }
        String secret = text.substring(colon + 1).replaceAll("\0+$", ""); // as old versions of Docker wrote it
        return new Credentials.Password(text.substring(0, colon), secret);
    }

    /** How a host is called in the file. */
    public static String server(String host) {
        return host.equals("docker.io") || host.equals("index.docker.io") || host.equals("registry-1.docker.io")
                ? DOCKER_HUB
                : host;
    }

    /** What stands in the file itself for a host. */
    public Optional<Credentials> of(String host) {
        String server = server(host);
        Credentials exact = auths.get(server);
        if (exact != null) {
            return Optional.of(exact);
        }
        return auths.entrySet().stream()
                .filter(each -> hostOf(each.getKey()).equals(hostOf(server)))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** The program that is asked for a host. */
    public Optional<String> helper(String host) {
        return Optional.ofNullable(helpers.get(server(host)))
                .or(() -> Optional.ofNullable(helpers.get(host)))
                .or(() -> store)
                .filter(name -> !name.isEmpty());
    }

    /** A server without scheme and path (Docker's ConvertToHostname). */
    private static String hostOf(String server) {
        String bare = server.startsWith("https://")
                ? server.substring(8)
                : server.startsWith("http://") ? server.substring(7) : server;
        int slash = bare.indexOf('/');
        return slash < 0 ? bare : bare.substring(0, slash);
    }

    @Override
    public String toString() {
        return "logins of " + auths.keySet() + ", helpers of " + helpers.keySet();
    }
}

package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import dev.estiba.api.LoginRequest;
import dev.estiba.api.LoginResult;
import dev.estiba.api.RegistryAccess;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.auth.Credentials;
import dev.estiba.registry.auth.Refusal;
import dev.estiba.registry.client.Registry;
import java.io.IOException;
import java.util.Optional;

/** {@code POST /auth}, and what the command does about it: who the caller is to a registry. */
final class LoggingIn {
    private static final int UNAUTHORIZED = 401;

    private LoggingIn() {}

    static LoginResult login(LoginRequest request, RegistryAccess access) throws IOException {
        String host = host(request.server());
        boolean isNew = !request.username().isEmpty() || !request.password().isEmpty();
        try (Registry registry = Registries.open(access)) {
            Credentials shown = isNew
                    ? new Credentials.Password(request.username(), request.password())
                    : registry.logins().find(host);
            Optional<Credentials.IdentityToken> token = registry.login(host, shown);
            Credentials kept = token.isPresent() ? token.get() : shown;
            // What is stored already is not stored anew.
            boolean plain = access.dockerConfig().isPresent()
                    && (isNew || token.isPresent())
                    && registry.logins().keep(host, kept);
            return new LoginResult(
                    "Login Succeeded",
                    plain
                            ? Optional.of("WARNING! Your credentials are stored unencrypted in '"
                                    + access.dockerConfig().get().resolve("config.json")
                                    + "'. A credential helper keeps them better (\"credsStore\").")
                            : Optional.empty(),
                    token.map(Credentials.IdentityToken::token).orElse(""));
        } catch (Refusal e) {
            int status = e.status() == UNAUTHORIZED ? UNAUTHORIZED : ApiException.SERVER_ERROR;
            throw new ApiException(status, String.valueOf(e.getMessage()), e);
        }
    }

    static boolean logout(String server, RegistryAccess access) throws IOException {
        String host = host(server);
        try (Registry registry = Registries.open(access)) {
            boolean known = !(registry.logins().find(host) instanceof Credentials.Anonymous);
            if (known) {
                registry.logins().forget(host);
            }
            return known;
        }
    }

    static Optional<String> knownUser(String server, RegistryAccess access) throws IOException {
        try (Registry registry = Registries.open(access)) {
            return registry.logins().find(host(server)) instanceof Credentials.Password(String user, String secret)
                    ? Optional.of(user)
                    : Optional.empty();
        }
    }

    /** People write addresses: {@code https://example.org/v1/}. */
    static String host(String server) {
        String text = server.strip();
        int scheme = text.indexOf("://");
        String rest = scheme < 0 ? text : text.substring(scheme + 3);
        int slash = rest.indexOf('/');
        String host = slash < 0 ? rest : rest.substring(0, slash);
        return host.isEmpty() || host.equals("index.docker.io") ? Reference.DEFAULT_DOMAIN : host;
    }
}

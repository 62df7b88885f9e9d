package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import dev.estiba.api.LoginRequest;
import dev.estiba.api.LoginResult;
import dev.estiba.api.RegistryAccess;
import java.io.IOException;
import java.util.Optional;

/** Not yet. */
final class LoggingIn {
    private LoggingIn() {}

    static LoginResult login(LoginRequest request, RegistryAccess access) throws IOException {
        throw ApiException.notImplemented("login");
    }

    static boolean logout(String server, RegistryAccess access) throws IOException {
        throw ApiException.notImplemented("logout");
    }

    static Optional<String> knownUser(String server, RegistryAccess access) throws IOException {
        throw ApiException.notImplemented("login");
    }
}

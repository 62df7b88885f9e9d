package dev.estiba.api;

import java.util.Optional;

/**
 * @param status {@code Login Succeeded}
 * @param warning what the user should know of how the password is kept
 * @param identityToken what the registry has given to be shown in place of the password; empty: nothing
 */
public record LoginResult(String status, Optional<String> warning, String identityToken) {
    public LoginResult(String status, Optional<String> warning) {
        this(status, warning, "");
    }

    /** The token is nobody's business. */
    @Override
    public String toString() {
        return "LoginResult[" + status + "]";
    }
}

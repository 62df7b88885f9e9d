package dev.estiba.api;

/**
 * @param server as the user has written it; empty: the usual one
 * @param username empty, with an empty password: what is stored is tried
 */
public record LoginRequest(String server, String username, String password) {
    /** The password is nobody's business. */
    @Override
    public String toString() {
        return "LoginRequest[" + server + ", " + username + "]";
    }
}

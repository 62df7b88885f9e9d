package dev.estiba.api;

/**
 * Who a caller is to one registry, as {@code X-Registry-Auth} says it. Of the three kinds of secrets mostly one is there.
 *
 * @param server whose they are: a host, or an address; empty: of the registry that the operation is about
 * @param identityToken what a registry has given in place of a password
 * @param registryToken what is shown to the registry as it is
 */
public record RegistryCredential(
        String server, String username, String password, String identityToken, String registryToken) {
    /** Nobody. */
    public static final RegistryCredential NONE = new RegistryCredential("", "", "", "", "");

    /** Whether it has nothing to show. */
    public boolean isAnonymous() {
        return username.isEmpty() && password.isEmpty() && identityToken.isEmpty() && registryToken.isEmpty();
    }

    /** Secrets are nobody's business. */
    @Override
    public String toString() {
        return "RegistryCredential[" + server + ", " + username + "]";
    }
}

package dev.estiba.registry.auth;

/** What a user has been given to show to a registry. None of these is ever part of a text. */
public sealed interface Credentials {
    /** Nobody in particular. */
    Credentials ANONYMOUS = new Anonymous();

    record Anonymous() implements Credentials {}

    record Password(String user, String secret) implements Credentials {
        @Override
        public String toString() {
            return "a password";
        }
    }

    /** What a token service has given for a password, to be shown in its place. */
    record IdentityToken(String token) implements Credentials {
        @Override
        public String toString() {
            return "an identity token";
        }
    }

    /** What is shown to the registry as it is. */
    record RegistryToken(String token) implements Credentials {
        @Override
        public String toString() {
            return "a registry token";
        }
    }

    /** Finds them when they are first needed: a helper program is not started for what everybody may have. */
    @FunctionalInterface
    interface Source {
        Source NONE = () -> ANONYMOUS;

        Credentials find() throws java.io.IOException;
    }
}

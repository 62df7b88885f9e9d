package dev.estiba.cli.context;

/**
 * A context as Docker keeps it.
 *
 * @param host in the words of {@code DOCKER_HOST}; empty: the engine of this machine
 * @param skipsVerification whether any certificate of the daemon's is good
 */
public record StoredContext(String name, String description, String host, boolean skipsVerification, TlsFiles tls) {
    /** The context that is always there, and is not kept. */
    public static final String DEFAULT = "default";
}

package dev.estiba.registry.tls;

import java.nio.file.Path;
import java.util.List;

/**
 * How TLS is spoken with a host.
 *
 * @param authorities files with certificates (PEM) that are trusted beside the system's
 * @param identities what to show to a host that asks who we are
 * @param verify whether the host's certificate counts at all
 */
public record TlsRules(List<Path> authorities, List<Identity> identities, boolean verify) {
    public static final TlsRules USUAL = new TlsRules(List.of(), List.of(), true);

    /**
     * A certificate with its key.
     *
     * @param certificate a file, PEM, with the chain behind it
     * @param key a file, PEM: PKCS#8, or OpenSSL's older forms; may be the same file
     */
    public record Identity(Path certificate, Path key) {}

    public TlsRules {
        authorities = List.copyOf(authorities);
        identities = List.copyOf(identities);
    }

    /** Whether files on this host say whom to trust, or who we are. */
    public boolean hasFiles() {
        return !authorities.isEmpty() || !identities.isEmpty();
    }

    public TlsRules withoutVerifying() {
        return new TlsRules(authorities, identities, false);
    }

    public TlsRules trusting(List<Path> more) {
        return more.isEmpty()
                ? this
                : new TlsRules(
                        java.util.stream.Stream.concat(authorities.stream(), more.stream())
                                .distinct()
                                .toList(),
                        identities,
                        verify);
    }
}

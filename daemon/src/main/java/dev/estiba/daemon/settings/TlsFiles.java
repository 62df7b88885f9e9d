package dev.estiba.daemon.settings;

import dev.estiba.api.ApiException;
import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a daemon knows its clients on TCP, and they it; files of PEM.
 *
 * @param authorities who signs clients' certificates
 * @param certificate its own, with the chain behind it
 * @param key of that certificate
 */
public record TlsFiles(Path authorities, Path certificate, Path key) {
    private static final String VERIFY = "tlsverify";
    private static final String AUTHORITIES = "tlscacert";
    private static final String CERTIFICATE = "tlscert";
    private static final String KEY = "tlskey";

    /** Flags of the command line, and keys of the file. */
    public static final Set<String> NAMES = Set.of("tls", VERIFY, AUTHORITIES, CERTIFICATE, KEY);

    /**
     * @param said by these names
     * @return empty when nothing is said
     * @throws ApiException when somebody could call who has shown no certificate: dockerd's {@code --tls} alone
     */
    public static Optional<TlsFiles> of(Map<String, String> said) throws ApiException {
        if (!said.getOrDefault(VERIFY, "false").equals("true")) {
            if (said.getOrDefault("tls", "false").equals("true")) {
                throw ApiException.badRequest(
                        "tls without tlsverify asks nobody for a certificate, and who calls the daemon"
                                + " has the machine: say tlsverify, with tlscacert");
            }
            Set<String> idle = new TreeSet<>(said.keySet());
            idle.removeAll(Set.of("tls", VERIFY));
            if (!idle.isEmpty()) {
                throw ApiException.badRequest(String.join(", ", idle) + ": only with tlsverify");
            }
            return Optional.empty();
        }
        return Optional.of(new TlsFiles(file(said, AUTHORITIES), file(said, CERTIFICATE), file(said, KEY)));
    }

    /** Of daemon.json. An empty text says nothing. @return false when it is another key */
    static boolean read(Cursor in, String name, Map<String, String> said) throws DocumentException {
        if (!NAMES.contains(name)) {
            return false;
        }
        if (name.equals("tls") || name.equals(VERIFY)) {
            said.put(name, Boolean.toString(in.bool()));
            return true;
        }
        String file = in.text();
        if (!file.isEmpty()) {
            said.put(name, file);
        }
        return true;
    }

    private static Path file(Map<String, String> said, String name) throws ApiException {
        String text = said.getOrDefault(name, "");
        if (text.isEmpty()) {
            throw ApiException.badRequest("tlsverify wants " + AUTHORITIES + ", " + CERTIFICATE + " and " + KEY + ": "
                    + name + " is not said");
        }
        Path path = Path.of(text).normalize();
        if (!path.isAbsolute()) {
            throw ApiException.badRequest("invalid " + name + " " + text + ": must be an absolute path");
        }
        return path;
    }
}

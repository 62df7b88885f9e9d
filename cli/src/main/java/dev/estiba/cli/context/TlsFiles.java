package dev.estiba.cli.context;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a client has for TLS, as text (RFC 7468): whom it trusts, and who it is. Each may be missing.
 *
 * @param ca the authorities that daemons' certificates come from
 * @param cert the client's certificate
 * @param key its private key
 */
public record TlsFiles(Optional<String> ca, Optional<String> cert, Optional<String> key) {
    public static final TlsFiles NONE = new TlsFiles(Optional.empty(), Optional.empty(), Optional.empty());

    static final String CA = "ca.pem", CERT = "cert.pem", KEY = "key.pem";
    private static final long LARGEST = 4 << 20;

    public boolean isEmpty() {
        return equals(NONE);
    }

    /** Those that are in a directory under Docker's names. */
    static TlsFiles in(Path directory) throws IOException {
        return new TlsFiles(file(directory.resolve(CA)), file(directory.resolve(CERT)), file(directory.resolve(KEY)));
    }

    static Optional<String> file(Path path) throws IOException {
        try {
            if (Files.size(path) > LARGEST) {
                throw new IOException(path + " is larger than any file of certificates");
            }
            return Optional.of(Files.readString(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** By their names. */
    Map<String, String> byName() {
        Map<String, String> files = new LinkedHashMap<>();
        ca.ifPresent(text -> files.put(CA, text));
        cert.ifPresent(text -> files.put(CERT, text));
        key.ifPresent(text -> files.put(KEY, text));
        return files;
    }

    /** Keys are nobody's business. */
    @Override
    public String toString() {
        return "TlsFiles" + byName().keySet();
    }
}

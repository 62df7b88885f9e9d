package dev.estiba.registry.tls;

import dev.estiba.oci.pem.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.List;

/** Files of certificates and keys. */
final class PemFile {
    private static final int MOST_BYTES = 4 << 20;

    private PemFile() {}

    static List<Certificate> certificates(Path file) throws IOException {
        return Pem.certificates(file.toString(), text(file));
    }

    /** @param certificate whose key it is, which says of what kind it is */
    static PrivateKey key(Path file, Certificate certificate) throws IOException {
        return Pem.key(file.toString(), text(file), certificate);
    }

    private static String text(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException(file + " is larger than any file of certificates");
        }
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }
}

package dev.estiba.registry.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys in all forms that OpenSSL has written. */
class PemFileTest {
    @TempDir
    private Path directory;

    @Test
    void readsKeysOfBothForms() throws Exception {
        TestCertificate rsa = TestCertificate.make(directory, "rsa", "RSA");
        byte[] whole = rsa.key().getEncoded();
        // PKCS#8 of an RSA key is 26 bytes and the older form, when the key has 2048 bits or more
        byte[] older = Arrays.copyOfRange(whole, 26, whole.length);
        for (Path file : new Path[] {
            rsa.writeKey(directory.resolve("a.key")),
            TestCertificate.write(directory.resolve("b.key"), "RSA PRIVATE KEY", older)
        }) {
            assertThat(PemFile.key(file, rsa.certificate())).isEqualTo(rsa.key());
        }
        TestCertificate ec = TestCertificate.make(directory, "ec", "EC");
        assertThat(PemFile.key(ec.writeKey(directory.resolve("c.key")), ec.certificate()))
                .isEqualTo(ec.key());
        assertThatThrownBy(() -> PemFile.key(directory.resolve("c.key"), rsa.certificate()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not the certificate's");
    }

    @Test
    @Tag("peer")
    void readsWhatOpensslWrites() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "there is no openssl");
        Path older = directory.resolve("older.key");
        Path newer = directory.resolve("newer.key");
        Path certificate = directory.resolve("newer.crt");
        run("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-out", older.toString());
        run("openssl", "pkcs8", "-topk8", "-nocrypt", "-in", older.toString(), "-out", newer.toString());
        run("openssl", "req", "-x509", "-subj", "/CN=x", "-key", older.toString(), "-out", certificate.toString());
        Certificate made = PemFile.certificates(certificate).getFirst();
        assertThat(Files.readString(older)).contains("BEGIN EC PRIVATE KEY");
        assertThat(((ECPrivateKey) PemFile.key(older, made)).getS())
                .isEqualTo(((ECPrivateKey) PemFile.key(newer, made)).getS());
    }

    private static void run(String... words) throws Exception {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    @Test
    void saysWhatAFileLacks() throws IOException {
        Path file = Files.writeString(
                directory.resolve("x"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assertThatThrownBy(() -> PemFile.certificates(file)).hasMessageContaining("cannot be read");
        Path nothing = Files.writeString(directory.resolve("y"), "nothing");
        assertThatThrownBy(() -> PemFile.certificates(nothing)).hasMessageContaining("has no certificate");
    }
}

package dev.estiba.doors.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.registry.tls.TlsRules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Who signs certificates for one test, by openssl. */
record TestAuthority(Path directory, String name) {
    static TestAuthority make(Path directory, String name) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "no openssl (apt-get install openssl)");
        TestAuthority made = new TestAuthority(directory, name);
        openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=" + name
                + " -days 30 -keyout " + directory.resolve(name + ".ca.key") + " -out " + made.certificate());
        return made;
    }

    Path certificate() {
        return directory.resolve(name + ".ca.pem");
    }

    /**
     * @param days from now on; negative: it has ended
     * @param extensions as openssl's x509v3_config(5) has them, a line each
     */
    TlsRules.Identity sign(String subject, int days, String... extensions) throws Exception {
        Path key = directory.resolve(subject + ".key");
        Path request = directory.resolve(subject + ".csr");
        Path signed = directory.resolve(subject + ".pem");
        Path lines = Files.write(directory.resolve(subject + ".ext"), List.of(extensions));
        openssl("req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=" + subject + " -keyout " + key
                + " -out " + request);
        openssl("x509 -req -in " + request + " -CA " + certificate() + " -CAkey "
                + directory.resolve(name + ".ca.key") + " -CAcreateserial -days " + days + " -extfile " + lines
                + " -out " + signed);
        return new TlsRules.Identity(signed, key);
    }

    TlsRules.Identity server(String subject) throws Exception {
        return sign(subject, 30, "subjectAltName=IP:127.0.0.1", "extendedKeyUsage=serverAuth");
    }

    TlsRules.Identity client(String subject) throws Exception {
        return sign(subject, 30, "extendedKeyUsage=clientAuth");
    }

    private static void openssl(String words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("openssl"));
        all.addAll(List.of(words.split(" ")));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}

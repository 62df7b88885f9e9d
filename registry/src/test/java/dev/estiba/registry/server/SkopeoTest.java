package dev.estiba.registry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.oci.image.Descriptor;
import dev.estiba.registry.tls.TestCertificate;
import dev.estiba.registry.tls.TlsRules;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** skopeo pushes and pulls, as everybody and as somebody. */
@Tag("peer")
class SkopeoTest {
    private static final String USERS = "somebody:$2b$04$z9zZnAiaxg6u4YaBk/2l2exuoFWkM8BTQrmPyAJYvWE8ounaiMlkW\n";
    private static final String WHO = "somebody:a secret of the test";

    @TempDir
    private Path directory;

    @Test
    void pullsAndPushes() throws Exception {
        bringsThereAndBack(
                UnaryOperator.identity(), List.of("--src-tls-verify=false"), List.of("--dest-tls-verify=false"));
    }

    @Test
    void showsAPassword() throws Exception {
        Path users = Files.writeString(directory.resolve("htpasswd"), USERS);
        bringsThereAndBack(
                settings -> settings.withUsers(users, false),
                List.of("--src-tls-verify=false", "--src-creds=" + WHO),
                List.of("--dest-tls-verify=false", "--dest-creds=" + WHO));
    }

    @Test
    void getsATokenForIt() throws Exception {
        Path users = Files.writeString(directory.resolve("htpasswd"), USERS);
        bringsThereAndBack(
                settings -> settings.withUsers(users, true),
                List.of("--src-tls-verify=false", "--src-creds=" + WHO),
                List.of("--dest-tls-verify=false", "--dest-creds=" + WHO));
    }

    @Test
    void showsAPasswordOverTls() throws Exception {
        speaksTls("RSA", false);
    }

    @Test
    void getsATokenOverTls() throws Exception {
        speaksTls("EC", true);
    }

    private void speaksTls(String algorithm, boolean withTokens) throws Exception {
        TestCertificate certificate = TestCertificate.make(directory, "here", algorithm, "-ext", "san=ip:127.0.0.1");
        Path trusted = Files.createDirectories(directory.resolve("trusted"));
        TlsRules.Identity identity = new TlsRules.Identity(
                certificate.writeCertificate(trusted.resolve("ca.crt")),
                certificate.writeKey(directory.resolve("here.key")));
        Path users = Files.writeString(directory.resolve("htpasswd"), USERS);
        bringsThereAndBack(
                settings -> settings.withTls(identity).withUsers(users, withTokens),
                List.of("--src-cert-dir=" + trusted, "--src-creds=" + WHO),
                List.of("--dest-cert-dir=" + trusted, "--dest-creds=" + WHO));
    }

    private void bringsThereAndBack(UnaryOperator<ServerSettings> settings, List<String> from, List<String> to)
            throws Exception {
        Path layout = directory.resolve("layout");
        Descriptor image;
        try (Web made = Web.open(Files.createDirectories(directory.resolve("made")))) {
            image = made.image("made/here", "one", List.of(packed(3, 100_000), packed(4, 20_000_000), packed(5, 10)));
            skopeo(
                    "copy",
                    "--src-tls-verify=false",
                    "docker://" + made.host() + "/made/here:one",
                    "oci:" + layout + ":x");
        }
        try (Web web = Web.open(directory, settings)) {
            String there = "docker://" + web.host() + "/a/b:one";
            List<String> push = new ArrayList<>(List.of("copy"));
            push.addAll(to);
            push.addAll(List.of("oci:" + layout + ":x", there));
            skopeo(push.toArray(String[]::new));
            assertThat(web.store().images().names()).containsValue(image.digest());
            List<String> pull = new ArrayList<>(List.of("copy"));
            pull.addAll(from);
            pull.addAll(List.of(there, "dir:" + directory.resolve("back")));
            skopeo(pull.toArray(String[]::new));
            byte[] back = Files.readAllBytes(directory.resolve("back/manifest.json"));
            assertThat(dev.estiba.oci.image.Digest.of(back)).isEqualTo(image.digest());
        }
    }

    private static int finished(Process process) throws InterruptedException {
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("skopeo ends").isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    /** skopeo packs what is said to be packed and is not. */
    private static byte[] packed(long seed, int size) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(Web.random(seed, size));
        }
        return bytes.toByteArray();
    }

    private void skopeo(String... words) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "needs skopeo: apt-get install skopeo");
        List<String> all = new ArrayList<>(List.of("/usr/bin/skopeo", "--insecure-policy"));
        all.addAll(List.of(words));
        Path output = Files.createTempFile(directory, "output", "");
        ProcessBuilder builder =
                new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("TMPDIR", directory.toString());
        builder.environment().put("HOME", directory.toString());
        int status = finished(builder.start());
        assertThat(status)
                .as("status of %s: %s", all, Files.readString(output, StandardCharsets.UTF_8))
                .isZero();
    }
}

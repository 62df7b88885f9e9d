package dev.estiba.registry.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.registry.auth.Credentials;
import dev.estiba.registry.client.Logins;
import dev.estiba.registry.client.RegistrySettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Helper programs, as scripts. */
@Tag("kernel")
class CredentialProgramTest {
    @TempDir
    private Path directory;

    /** Written by another process: one that this JVM starts meanwhile could hold it open for writing (ETXTBSY). */
    private Path script(String name, String text) throws IOException, InterruptedException {
        Path file = directory.resolve(name);
        Process sh = new ProcessBuilder("sh", "-c", "cat >\"$0\" && chmod 755 \"$0\"", file.toString()).start();
        try (var in = sh.getOutputStream()) {
            in.write(("#!/bin/sh\n" + text).getBytes(StandardCharsets.UTF_8));
        }
        assertThat(sh.waitFor()).isZero();
        return file;
    }

    private CredentialProgram helper(String text) throws IOException, InterruptedException {
        script("docker-credential-made", text);
        return CredentialProgram.find(
                "made",
                "relative::" + directory.resolve("none") + ":" + directory,
                List.of("PATH=/usr/bin:/bin", "MARK=mark"));
    }

    /** One that keeps what it gets in a file. */
    private CredentialProgram keeper() throws IOException, InterruptedException {
        return helper("""
                cd %s
                case $1 in
                  store) cat >kept ;;
                  get) cat >asked; if [ -f kept ]; then cat kept; else echo "credentials not found in native keychain"; exit 1; fi ;;
                  erase) cat >asked; rm kept ;;
                  list) echo '{"a.example":"user"}' ;;
                esac
                """.formatted(directory));
    }

    @Test
    void keepsAndForgets() throws Exception {
        CredentialProgram helper = keeper();
        assertThat(helper.get("a.example")).isEmpty();
        Credentials password = new Credentials.Password("user\"ü", "pass\nword");
        helper.store("a.example", password);
        assertThat(helper.get("a.example")).hasValue(password);
        assertThat(directory.resolve("asked")).hasContent("a.example");
        helper.store("a.example", new Credentials.IdentityToken("token"));
        assertThat(helper.get("a.example")).hasValue(new Credentials.IdentityToken("token"));
        assertThat(directory.resolve("kept"))
                .hasContent("{\"ServerURL\":\"a.example\",\"Username\":\"<token>\",\"Secret\":\"token\"}");
        helper.erase("a.example");
        assertThat(helper.get("a.example")).isEmpty();
        assertThat(helper.list()).containsEntry("a.example", "user");
    }

    @Test
    void loginsUseTheHelperOfAHost() throws Exception {
        keeper();
        Path config = Files.writeString(
                directory.resolve("config.json"), "{\"credHelpers\":{\"a.example\":\"made\"},\"auths\":{}}");
        Logins logins = new Logins(RegistrySettings.USUAL
                .withDockerConfig(config)
                .withPrograms(directory.toString(), List.of("PATH=/usr/bin:/bin")));
        assertThat(logins.find("a.example")).isEqualTo(Credentials.ANONYMOUS);
        logins.keep("a.example", new Credentials.Password("user", "marked"));
        assertThat(logins.find("a.example")).isEqualTo(new Credentials.Password("user", "marked"));
        assertThat(Files.readString(config)).contains("\"a.example\": {}").doesNotContain("marked");
        logins.keep("b.example", new Credentials.Password("user", "other"));
        assertThat(logins.find("b.example")).isEqualTo(new Credentials.Password("user", "other"));
        logins.forget("a.example");
        assertThat(logins.find("a.example")).isEqualTo(Credentials.ANONYMOUS);
    }

    @Test
    void itHasTheEnvironmentThatItWasGiven() throws Exception {
        CredentialProgram helper =
                helper("printf '{\"Username\":\"%s\",\"Secret\":\"%s\"}' \"$MARK\" \"$(env | wc -l)\"\n");
        assertThat(helper.get("x"))
                .hasValueSatisfying(credentials ->
                        assertThat(((Credentials.Password) credentials).user()).isEqualTo("mark"));
    }

    @Test
    void saysHowItFailed() throws Exception {
        CredentialProgram helper = helper("echo 'the keychain is locked'; exit 3\n");
        assertThatThrownBy(() -> helper.get("x"))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "the credential helper docker-credential-made has failed to get (3): the keychain is locked");
    }

    @Test
    void doesNotRepeatWhatItCannotRead() throws Exception {
        CredentialProgram helper = helper("echo 'marked secret'\n");
        assertThatThrownBy(() -> helper.get("x"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no valid JSON")
                .hasMessageNotContaining("marked")
                .hasNoCause();
    }

    @Test
    void oneThatReadsNothingIsNoFailure() throws Exception {
        CredentialProgram helper = helper("exec <&-\necho '{\"Username\":\"a\",\"Secret\":\"b\"}'\n");
        assertThat(helper.get("x".repeat(50_000))).hasValue(new Credentials.Password("a", "b"));
    }

    @Test
    void oneThatNeverEndsIsKilled() throws Exception {
        Path file = script("docker-credential-slow", "exec sleep 1000\n");
        HelperProgram program =
                new HelperProgram(file.toString(), List.of("PATH=/usr/bin:/bin"), Duration.ofMillis(200));
        assertThatThrownBy(() -> program.run("get", new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has not answered");
    }

    @Test
    void oneThatNeverStopsSpeakingIsKilled() throws Exception {
        CredentialProgram helper = helper("exec yes\n");
        assertThatThrownBy(() -> helper.get("x")).hasMessageContaining("answers without an end");
    }

    @Test
    void onlyPlainNamesAreLookedFor() throws Exception {
        for (String name : new String[] {"../made", "a/b", "", "-x", "a b"}) {
            assertThatThrownBy(() -> CredentialProgram.find(name, directory.toString(), List.of()))
                    .hasMessageContaining("has a name that no program has");
        }
        assertThatThrownBy(() -> CredentialProgram.find("none", directory.toString(), List.of()))
                .hasMessageContaining("docker-credential-none is in no directory of the PATH");
        Path file = script("docker-credential-bare", "");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> CredentialProgram.find("bare", directory.toString(), List.of()))
                .hasMessageContaining("is in no directory");
    }
}

package dev.estiba.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.RegistryAccess;
import dev.estiba.api.RegistryCredential;
import dev.estiba.registry.auth.Credentials;
import dev.estiba.registry.client.Logins;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** To whom credentials are shown that came with a call. */
class GivenCredentialsTest {
    private static Logins logins(RegistryCredential credential) throws IOException {
        RegistryAccess access = new RegistryAccess(Optional.empty(), Map.of(), Optional.of(credential));
        return new Logins(Registries.settings(access));
    }

    /** CVE-2021-41092: a password goes to the registry that it is for, and to no other. */
    @ParameterizedTest
    @CsvSource({
        "localhost:5000, localhost:5000, example.org",
        "https://example.org/v1/, example.org, example.org:5000",
        "https://index.docker.io/v1/, docker.io, localhost:5000",
        "index.docker.io, docker.io, evil.docker.io"
    })
    void cve2021x41092(String server, String host, String other) throws Exception {
        Logins logins = logins(new RegistryCredential(server, "me", "secret", "", ""));
        assertThat(logins.find(host)).isEqualTo(new Credentials.Password("me", "secret"));
        assertThat(logins.find(other)).isInstanceOf(Credentials.Anonymous.class);
    }

    @Test
    void tokensComeBeforePasswords() throws Exception {
        assertThat(logins(new RegistryCredential("a.org", "me", "secret", "identity", ""))
                        .find("a.org"))
                .isEqualTo(new Credentials.IdentityToken("identity"));
        assertThat(logins(new RegistryCredential("a.org", "me", "secret", "identity", "registry"))
                        .find("a.org"))
                .isEqualTo(new Credentials.RegistryToken("registry"));
    }

    @Test
    void nobodyIsNobody() throws Exception {
        assertThat(logins(new RegistryCredential("a.org", "", "", "", "")).find("a.org"))
                .isInstanceOf(Credentials.Anonymous.class);
        RegistryCredential secret = new RegistryCredential("a.org", "me", "secret", "identity", "registry");
        assertThat(secret.toString()).doesNotContain("secret", "identity", "registry,");
    }
}

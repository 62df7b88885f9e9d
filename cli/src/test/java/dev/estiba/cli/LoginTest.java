package dev.estiba.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ApiException;
import dev.estiba.api.LoginRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code login} and {@code logout}, against an engine that knows no registry. */
class LoginTest {
    private final FakeEngine engine = new FakeEngine();
    private FakeCaller caller = new FakeCaller();

    private int piped(String input, String... words) {
        caller = new FakeCaller(words);
        caller.in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
        return new EstibaProgram(engine).run(caller);
    }

    private int typed(String input, String... words) {
        caller = new FakeCaller(words);
        caller.terminals = Set.of(0, 1, 2);
        caller.in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
        return new EstibaProgram(engine).run(caller);
    }

    @Test
    void aPasswordInTheCommandLineIsWarnedOf() {
        assertThat(piped("", "login", "-u", "bob", "-p", "secret", "localhost:5000"))
                .isZero();
        assertThat(engine.logins).containsExactly(new LoginRequest("localhost:5000", "bob", "secret"));
        assertThat(caller.printed()).isEqualTo("Login Succeeded\n");
        assertThat(caller.complained())
                .isEqualTo("WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n");
    }

    @ParameterizedTest
    @CsvSource({"'secret',secret", "'secret\n',secret", "'secret\r\n',secret", "'se cret\n\n','se cret\n'"})
    void aPasswordFromStandardInputHasNoLineEnd(String input, String password) {
        assertThat(piped(input, "login", "-u", "bob", "--password-stdin")).isZero();
        assertThat(engine.logins).containsExactly(new LoginRequest("", "bob", password));
        assertThat(caller.complained()).isEmpty();
    }

    @Test
    void aPersonIsAskedForBoth() {
        engine.warning = Optional.of("WARNING! Your credentials are stored unencrypted");
        assertThat(typed("bob\nsecret\rrest", "login", "r.example")).isZero();
        assertThat(engine.logins).containsExactly(new LoginRequest("r.example", "bob", "secret"));
        assertThat(caller.printed()).isEqualTo("Username: Password: \nLogin Succeeded\n");
        assertThat(caller.complained()).isEqualTo("WARNING! Your credentials are stored unencrypted\n");
        assertThat(caller.raw).containsExactly(true, false);
    }

    @Test
    void whatIsStoredIsTriedFirst() {
        engine.user = Optional.of("alice");
        assertThat(piped("", "login", "r.example")).isZero();
        assertThat(engine.logins).containsExactly(new LoginRequest("r.example", "", ""));
        assertThat(caller.printed())
                .isEqualTo("Authenticating with existing credentials... [Username: alice]\nLogin Succeeded\n");
    }

    @Test
    void whereItIsRefusedAPersonIsAskedAndNeedsNoName() {
        engine.user = Optional.of("alice");
        engine.refused = Set.of("");
        assertThat(typed("\nsecret\n", "login")).isZero();
        assertThat(engine.logins)
                .containsExactly(new LoginRequest("", "", ""), new LoginRequest("", "alice", "secret"));
        assertThat(caller.complained()).isEqualTo("Login did not succeed, error: unauthorized\n");
        assertThat(caller.printed()).contains("Username (alice): Password: \n");
    }

    @ParameterizedTest
    @CsvSource({
        "'sx\u007fecret\n',secret",
        "'wrong\u0015secret\r',secret",
        "'sé\u0008ecret\u0004',secret",
        "'\u007f\u007fsecret\n',secret",
        "'grüße\n',grüße"
    })
    void aPasswordIsEditedAsOnATerminal(String input, String password) {
        assertThat(typed(input, "login", "-u", "bob")).isZero();
        assertThat(engine.logins.getFirst().password()).isEqualTo(password);
        assertThat(caller.printed()).isEqualTo("Password: \nLogin Succeeded\n");
    }

    @Test
    void anInterruptWhileItIsTypedEndsTheCommand() {
        assertThat(typed("sec\u0003", "login", "-u", "bob")).isEqualTo(130);
        assertThat(caller.raw).containsExactly(true, false);
        assertThat(engine.logins).isEmpty();
    }

    @Test
    void theTerminalIsPutBackWhateverHappens() {
        caller = new FakeCaller("login", "-u", "bob");
        caller.terminals = Set.of(0, 1, 2);
        caller.in = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("gone");
            }
        };
        new EstibaProgram(engine).run(caller);
        assertThat(caller.raw).containsExactly(true, false);
    }

    @Test
    void whatIsMissingIsSaid() {
        assertThat(piped("bob\nsecret\n", "login")).isEqualTo(1);
        assertThat(caller.complained()).isEqualTo("Error: Cannot perform an interactive login from a non TTY device\n");
        assertThat(piped("", "login", "-u", "bob", "--password-stdin")).isEqualTo(1);
        assertThat(typed("\n", "login")).isEqualTo(1);
        assertThat(caller.complained()).isEqualTo("Error: Non-null Username Required\n");
        assertThat(typed("\n", "login", "-u", "bob")).isEqualTo(1);
        assertThat(caller.complained()).isEqualTo("Error: Password Required\n");
        assertThat(piped("x", "login", "--password-stdin")).isEqualTo(1);
        assertThat(caller.complained()).isEqualTo("estiba: Must provide --username with --password-stdin\n");
        assertThat(piped("x", "login", "-u", "bob", "-p", "y", "--password-stdin"))
                .isEqualTo(1);
        assertThat(caller.complained()).endsWith("estiba: --password and --password-stdin are mutually exclusive\n");
        assertThat(piped("x", "login", "a", "b")).isEqualTo(1);
        assertThat(engine.logins).isEmpty();
    }

    @Test
    void aPasswordHasALimit() {
        assertThat(piped("x".repeat(70_000), "login", "-u", "bob", "--password-stdin"))
                .isEqualTo(1);
        assertThat(typed("x".repeat(70_000), "login")).isEqualTo(1);
        assertThat(engine.logins).isEmpty();
    }

    @Test
    void aRefusalIsSaid() {
        engine.imagesFail = Optional.of(new ApiException(401, "unauthorized: incorrect username or password"));
        assertThat(piped("x", "login", "-u", "bob", "--password-stdin")).isEqualTo(1);
        assertThat(caller.complained()).isEqualTo("estiba: unauthorized: incorrect username or password\n");
    }

    @Test
    void logoutSaysWhatItForgets() {
        assertThat(piped("", "logout", "r.example")).isZero();
        assertThat(caller.printed()).isEqualTo("Not logged in to r.example\n");
        engine.user = Optional.of("bob");
        assertThat(piped("", "logout")).isZero();
        assertThat(caller.printed()).isEqualTo("Removing login credentials for https://index.docker.io/v1/\n");
        assertThat(engine.calls).containsExactly("logout r.example", "logout ");
    }
}

package dev.estiba.cli.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.cli.FakeCaller;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.remote.DaemonAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DestinationTest {
    @TempDir
    private Path directory;

    private Destination of(Map<String, String> environment, String... words) throws IOException, UsageException {
        FakeCaller caller = new FakeCaller(words);
        Map<String, String> all = new HashMap<>(environment);
        all.put("DOCKER_CONFIG", directory.toString());
        caller.environment = all;
        return Destination.of(caller);
    }

    private String host(Map<String, String> environment, String... words) throws IOException, UsageException {
        return of(environment, words).endpoint().map(Endpoint::host).orElse("here");
    }

    @Test
    void flagsThenTheEnvironmentThenTheChosenContext() throws Exception {
        ContextStore store = new ContextStore(directory);
        store.add(new StoredContext("far", "", "tcp://far:1", false, TlsFiles.NONE));
        store.add(new StoredContext("other", "", "tcp://other:1", false, TlsFiles.NONE));
        Map<String, String> host = Map.of("DOCKER_HOST", "tcp://env:1");
        Map<String, String> context = Map.of("DOCKER_CONTEXT", "other");
        assertThat(host(Map.of(), "ps")).isEqualTo("here");
        store.use("far");
        assertThat(host(Map.of(), "ps")).isEqualTo("tcp://far:1");
        assertThat(host(context, "ps")).isEqualTo("tcp://other:1");
        assertThat(host(host, "ps")).isEqualTo("tcp://env:1");
        assertThat(host(host, "-H", "unix:///x", "ps")).isEqualTo("unix:///x");
        assertThat(host(host, "--context=far", "ps")).isEqualTo("tcp://far:1");
        assertThat(host(Map.of(), "-c", "default", "ps")).isEqualTo("here");
        assertThat(host(context, "context", "ls")).isEqualTo("here");
    }

    @Test
    void aConfigurationThatCannotBeReadHasChosenNothing() throws Exception {
        Files.writeString(directory.resolve("config.json"), "{");
        FakeCaller caller = new FakeCaller("ps");
        caller.environment = Map.of("DOCKER_CONFIG", directory.toString());
        assertThat(Destination.of(caller).endpoint()).isEmpty();
        assertThat(caller.complained())
                .startsWith("WARNING: Error loading config file: ")
                .contains("config.json is no JSON");
    }

    @Test
    void theFlagsAreNotTheCommands() throws Exception {
        Destination to = of(Map.of(), "-H", "tcp://h:1", "--debug", "ps", "-a", "-H");
        assertThat(to.caller().arguments()).isEqualTo(List.of("ps", "-a", "-H"));
        assertThat(to.caller().environment()).containsEntry("DOCKER_HOST", "tcp://h:1");
        assertThat(of(Map.of(), "--version").caller().arguments()).containsExactly("--version");
        assertThat(of(Map.of(), "-D", "--help").caller().arguments()).containsExactly("--help");
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        assertThatThrownBy(() -> of(Map.of(), "-H", "tcp://h:1", "-c", "x", "ps"))
                .hasMessageContaining("cannot specify both --host and --context");
        assertThatThrownBy(() -> of(Map.of(), "-H", "tcp://h:1", "-H", "tcp://i:1", "ps"))
                .hasMessageContaining("only one -H");
        assertThatThrownBy(() -> of(Map.of(), "-c", "nope", "ps")).hasMessageContaining("'estiba context ls'");
        assertThatThrownBy(() -> of(Map.of(), "--nope", "ps")).hasMessageContaining("unknown flag: --nope");
    }

    @Test
    void tls() throws Exception {
        Files.writeString(directory.resolve("ca.pem"), "CA");
        Endpoint plain = of(Map.of(), "-H", "tcp://h:1", "ps").endpoint().orElseThrow();
        assertThat(plain.hasTls()).isFalse();
        Endpoint asked = of(Map.of("DOCKER_TLS_VERIFY", "1"), "-H", "tcp://h:1", "ps")
                .endpoint()
                .orElseThrow();
        assertThat(asked.hasTls()).isTrue();
        assertThat(asked.verifies()).isTrue();
        assertThat(asked.tls().ca()).contains("CA");
        Endpoint anybody =
                of(Map.of(), "--tls", "-H", "tcp://h:1", "ps").endpoint().orElseThrow();
        assertThat(anybody.hasTls()).isTrue();
        assertThat(anybody.verifies()).isFalse();
        assertThatThrownBy(() -> of(Map.of(), "--tlsverify", "--tlskey", "/nope", "-H", "tcp://h:1", "ps"))
                .hasMessageContaining("there is no file /nope");
    }

    @Test
    void aPortThatIsNotNamedIsTheOneOfItsKind() throws Exception {
        FakeCaller caller = new FakeCaller();
        assertThat(new Endpoint("tcp://h", false, false, TlsFiles.NONE).address(caller))
                .isEqualTo(new DaemonAddress.Tcp("h", 2375));
        assertThat(new Endpoint("tcp://h", true, false, TlsFiles.NONE)
                        .address(caller)
                        .toString())
                .isEqualTo("tcp://h:2376");
    }

    @Test
    void sshIsCalledAsDockerCallsIt() {
        assertThat(SshDialer.command("ssh://me@host:22/run/x.sock"))
                .containsExactly(
                        "ssh",
                        "-o",
                        "ConnectTimeout=30",
                        "-T",
                        "-l",
                        "me",
                        "-p",
                        "22",
                        "--",
                        "host",
                        "sh -c 'command -v estiba >/dev/null 2>&1 && exec estiba --host unix:///run/x.sock system"
                                + " dial-stdio; exec docker --host unix:///run/x.sock system dial-stdio'");
        assertThat(SshDialer.command("ssh://host").getLast())
                .isEqualTo(
                        "sh -c 'command -v estiba >/dev/null 2>&1 && exec estiba --context default system dial-stdio;"
                                + " exec docker system dial-stdio'");
        for (String bad :
                List.of("ssh://", "ssh://-oProxyCommand=x", "ssh://me:secret@h", "ssh://h/a'b", "ssh://h?x")) {
            assertThatThrownBy(() -> SshDialer.command(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}

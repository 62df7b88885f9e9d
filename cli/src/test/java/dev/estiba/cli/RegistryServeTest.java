package dev.estiba.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryServeTest {
    private final FakeEngine engine = new FakeEngine();

    @Test
    void itServesUntilASignalComes() throws Exception {
        FakeCaller caller = new FakeCaller("registry", "serve", "--addr", "127.0.0.1:5001", "--all");
        CompletableFuture<Integer> status = CompletableFuture.supplyAsync(
                () -> new EstibaProgram(engine).run(caller),
                task -> Thread.ofPlatform().daemon().start(task));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!caller.printed().endsWith("\n") && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        assertThat(caller.printed()).isEqualTo("listening on http://127.0.0.1:5001\n");
        assertThat(engine.calls).noneMatch("served"::equals);
        caller.signals.accept(28); // a window has another size
        caller.signals.accept(15);
        assertThat(status.get(60, TimeUnit.SECONDS)).isZero();
        assertThat(engine.calls).contains("served");
        assertThat(engine.calls.getFirst()).contains("all=true");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--addr here|invalid address here: it is HOST:PORT",
                "--addr 127.0.0.1:99999|invalid address 127.0.0.1:99999: it is HOST:PORT",
                "--token-auth|--token-auth needs --htpasswd: the file of who gets tokens",
                "--tls-cert c.pem|--tls-cert and --tls-key go together: a certificate, and its key",
                "--mirror-of ftp://here|invalid registry ftp://here: it is https://HOST or http://HOST:PORT",
            })
    void whatCannotBeIsRefused(String words, String message) {
        FakeCaller caller = new FakeCaller(("registry serve " + words).split(" "));
        assertThat(new EstibaProgram(engine).run(caller)).isEqualTo(1);
        assertThat(caller.complained()).isEqualTo("estiba: " + message + "\n");
        assertThat(engine.calls).isEmpty();
    }
}

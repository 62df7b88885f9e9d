package dev.estiba.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ApiException;
import dev.estiba.api.ConsoleSize;
import dev.estiba.api.OutputStreamName;
import dev.estiba.api.PortBinding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code run} against an engine that starts nothing. */
class RunTest {
    private static final String ID = "0123456789abcdef";

    private final FakeEngine engine = new FakeEngine();

    private int run(FakeCaller caller) {
        return new EstibaProgram(engine).run(caller);
    }

    @Test
    void theOrderIsCreateAttachWaitStart() {
        engine.streams.writes(OutputStreamName.STDOUT, "hello\n");
        engine.streams.writes(OutputStreamName.STDERR, "oh\n");
        engine.streams.ends();
        engine.status = 7;
        FakeCaller caller = new FakeCaller("run", "--rm", "--name", "x", "hello", "a", "--rm");
        assertThat(run(caller)).isEqualTo(7);
        assertThat(engine.calls)
                .containsExactly("create x", "attach " + ID + " ", "wait " + ID + " removed", "start " + ID + " ");
        assertThat(caller.printed()).isEqualTo("hello\n");
        assertThat(caller.complained()).isEqualTo("oh\n");
        assertThat(engine.bodies.getFirst().config().cmd()).containsExactly("a", "--rm");
    }

    @Test
    void aDetachedRunPrintsTheIdAndAttachesNothing() {
        FakeCaller caller = new FakeCaller("run", "-d", "-i", "hello");
        assertThat(run(caller)).isZero();
        assertThat(caller.printed()).isEqualTo(ID + "\n");
        assertThat(engine.calls).containsExactly("create -", "start " + ID + " ");
        assertThat(engine.bodies.getFirst().config().attachStdout()).isFalse();
        assertThat(engine.bodies.getFirst().config().openStdin()).isTrue();
        assertThat(engine.bodies.getFirst().config().stdinOnce()).isFalse();
    }

    @Test
    void inputGoesToTheContainerUpToItsEnd() {
        FakeCaller caller = new FakeCaller("run", "-i", "hello");
        caller.in = new ByteArrayInputStream("abc".getBytes(StandardCharsets.UTF_8));
        engine.streams.writes(OutputStreamName.STDOUT, "x");
        endOutputWhen("close input");
        assertThat(run(caller)).isZero();
        assertThat(engine.streams.input).hasToString("abc");
        assertThat(caller.raw).isEmpty();
    }

    /** Lets the process's output end when its input has. */
    private void endOutputWhen(String call) {
        Thread.ofPlatform().daemon().start(() -> {
            while (!engine.calls.contains(call)) {
                Thread.onSpinWait();
            }
            engine.streams.ends();
        });
    }

    @Test
    void aTerminalIsRawWhileTheContainerHasItAndFollowsItsSize() {
        FakeCaller caller = terminal("run", "-it", "hello");
        caller.size = Optional.of(new WindowSize(24, 80));
        endOutputWhen("close input");
        assertThat(run(caller)).isZero();
        assertThat(caller.raw).containsExactly(true, false);
        assertThat(engine.bodies.getFirst().hostConfig().consoleSize()).isEqualTo(new ConsoleSize(24, 80));
        assertThat(engine.calls).contains("resize " + ID + " 24x80");
        caller.resized.accept(new WindowSize(30, 90));
        assertThat(engine.calls).contains("resize " + ID + " 30x90");
    }

    private static FakeCaller terminal(String... words) {
        FakeCaller caller = new FakeCaller(words);
        caller.terminals = Set.of(0, 1, 2);
        return caller;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theDetachKeysLeaveItRunning(boolean isOwn) {
        FakeCaller caller =
                isOwn ? terminal("run", "-it", "--detach-keys=a,b", "hello") : terminal("run", "-it", "hello");
        caller.in = new ByteArrayInputStream(
                (isOwn ? "xayab never" : "x\u0010y\u0010\u0011 never").getBytes(StandardCharsets.UTF_8));
        engine.status = 9;
        assertThat(run(caller)).isZero();
        assertThat(engine.streams.input).hasToString(isOwn ? "xay" : "x\u0010y");
        assertThat(caller.raw).containsExactly(true, false);
    }

    @Test
    void aTerminalIsRefusedWhenThereIsNone() {
        FakeCaller caller = new FakeCaller("run", "-it", "hello");
        assertThat(run(caller)).isEqualTo(1);
        assertThat(caller.complained()).isEqualTo("estiba: the input device is not a TTY\n");
        assertThat(engine.calls).isEmpty();
    }

    @Test
    void signalsGoToTheContainerButNotThoseOfTheTerminal() {
        FakeCaller caller = new FakeCaller("run", "hello");
        engine.streams.ends();
        run(caller);
        caller.signals.accept(15);
        caller.signals.accept(28);
        caller.signals.accept(17);
        assertThat(engine.calls)
                .contains("kill " + ID + " 15")
                .doesNotContain("kill " + ID + " 28", "kill " + ID + " 17");
    }

    @Test
    void withoutSigProxyASignalEndsOnlyTheCommand() {
        FakeCaller caller = new FakeCaller("run", "--sig-proxy=false", "hello");
        engine.neverEnds = true;
        Thread.ofPlatform().daemon().start(() -> {
            // Whenever it comes after the start: it is heard.
            while (!engine.streams.isClosed) {
                if (engine.calls.contains("start " + ID + " ")) {
                    caller.signals.accept(2);
                }
                Thread.onSpinWait();
            }
        });
        assertThat(run(caller)).isEqualTo(130);
        assertThat(engine.calls).noneMatch(call -> call.startsWith("kill"));
        assertThat(Thread.interrupted()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exec: \"x\": executable file not found in $PATH|127",
                "exec: \"/x\": stat /x: no such file or directory|127",
                "exec: \"/etc\": permission denied|126",
                "exec: \"/etc\": is a directory|126",
                "mount proc on /proc: operation not permitted|125",
            })
    void whyItDidNotStartIsSeenFromTheStatus(String message, int status) {
        engine.startFails = Optional.of(ApiException.serverError(message));
        engine.waitFails = Optional.of(ApiException.notFound("gone already"));
        FakeCaller caller = new FakeCaller("run", "--rm", "hello");
        assertThat(run(caller)).isEqualTo(status);
        assertThat(caller.complained()).isEqualTo("estiba: " + message + "\n");
    }

    @Test
    void aCallerThatHasGoneLeavesItRunning() {
        engine.neverEnds = true;
        engine.streams.ends();
        FakeCaller caller = new FakeCaller("run", "hello");
        caller.isGone = true;
        assertThat(run(caller)).isZero();
    }

    @Test
    void aRefusedContainerIsStatus125() {
        engine.createFails = Optional.of(ApiException.conflict("name taken"));
        assertThat(run(new FakeCaller("run", "hello"))).isEqualTo(125);
        assertThat(engine.calls).containsExactly("create -");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run hello", "run --explain hello", "logs a", "ps", "--help"})
    void nobodyReadingIsLikeDeathBySigpipe(String line) {
        FakeCaller caller = new FakeCaller(line.split(" "));
        caller.out = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("broken pipe");
            }
        };
        engine.streams.writes(OutputStreamName.STDOUT, "x");
        assertThat(run(caller)).isEqualTo(141);
        assertThat(caller.complained()).isEmpty();
    }

    @Test
    void theCidfileHoldsTheIdAndIsNotOverwritten(@TempDir Path directory) throws IOException {
        engine.streams.ends();
        FakeCaller caller = new FakeCaller("run", "--cidfile", "id", "hello");
        caller.directory = directory;
        assertThat(run(caller)).isZero();
        assertThat(directory.resolve("id")).hasContent(ID);
        assertThat(run(caller)).isEqualTo(125);
        assertThat(caller.complained()).contains("container ID file found");
        assertThat(engine.bodies).hasSize(1);
    }

    @Test
    void noCidfileStaysWhenNoContainerCame(@TempDir Path directory) {
        engine.createFails = Optional.of(ApiException.badRequest("no"));
        FakeCaller caller = new FakeCaller("run", "--cidfile", "id", "hello");
        caller.directory = directory;
        assertThat(run(caller)).isEqualTo(125);
        assertThat(Files.exists(directory.resolve("id"))).isFalse();
    }

    @Test
    void explainStartsNothingAndNeedsNoTerminal() {
        FakeCaller caller = new FakeCaller("run", "-it", "--explain", "--format=json", "--show-env", "hello");
        assertThat(run(caller)).isZero();
        assertThat(caller.printed()).isEqualTo("explained\n");
        assertThat(engine.calls)
                .containsExactly(
                        "explain ExplainOptions[format=JSON, width=0, showEnvironment=true, platform=Optional.empty]");
    }

    @Test
    void aTraceComesBehindTheOutputOnStandardError() {
        engine.streams.writes(OutputStreamName.STDERR, "its own\n");
        engine.streams.ends();
        FakeCaller caller = new FakeCaller("run", "--trace", "hello");
        assertThat(run(caller)).isZero();
        assertThat(caller.complained()).isEqualTo("its own\ntraced\n");
        assertThat(engine.calls).contains("start " + ID + " traced", "trace " + ID);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run|1|estiba run' requires at least 1 argument",
                "run --nope x|125|unknown flag: --nope",
                "run --name|125|flag needs an argument: --name",
                "run -d -a stdout x|125|conflicting options: cannot specify both --attach and --detach",
                "run --pull sometimes x|125|invalid pull option: \"sometimes\"",
                "run --detach-keys foo x|125|invalid argument \"foo\" for \"--detach-keys\" flag",
                "run --detach-keys ctrl-1 x|125|Unknown character",
                "run --cpu-count 1 x|125|only supported on Windows",
                "run --format yaml x|125|must be text or json",
                "rum x|1|unknown command: estiba rum",
                "container rum x|1|unknown command: estiba rum",
            })
    void aWrongCommandLineChangesNothing(String line, int status, String words) {
        FakeCaller caller = new FakeCaller(line.split(" "));
        assertThat(run(caller)).isEqualTo(status);
        assertThat(caller.complained()).startsWith("estiba: ").contains(words);
        assertThat(engine.calls).isEmpty();
    }

    /** Docker 28's command loses the address, and the port is open to everybody. */
    @Test
    void theAddressOfAPortWithNamedFieldsIsNotLost() {
        run(new FakeCaller("create", "-p", "target=80,published=8080,ip=127.0.0.1", "hello"));
        assertThat(engine.bodies.getFirst().hostConfig().portBindings())
                .isEqualTo(Map.of("80/tcp", List.of(new PortBinding("127.0.0.1", "8080"))));
    }

    @Test
    void warningsAreShown() {
        engine.warnings = List.of("no swap");
        FakeCaller caller = new FakeCaller("create", "hello");
        assertThat(run(caller)).isZero();
        assertThat(caller.complained()).isEqualTo("WARNING: no swap\n");
        assertThat(caller.printed()).isEqualTo(ID + "\n");
    }
}

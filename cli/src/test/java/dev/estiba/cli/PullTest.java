package dev.estiba.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ApiException;
import dev.estiba.api.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code pull}, {@code push}, and what {@code run} pulls, against an engine that has no registry. */
class PullTest {
    private static final String ID = "0123456789abcdef";
    private static final ApiException MISSING = ApiException.notFound("No such image: busybox:latest");

    private final FakeEngine engine = new FakeEngine();
    private FakeCaller caller = new FakeCaller();

    private int run(String... words) {
        caller = new FakeCaller(words);
        return new EstibaProgram(engine).run(caller);
    }

    @Test
    void eachChangeOfAStatusIsALineWhereThereIsNoTerminal() {
        engine.progress.addAll(List.of(
                Progress.of("latest", "Pulling from library/busybox"),
                Progress.of("abc", "Pulling fs layer"),
                Progress.of("abc", "Downloading", 1, 10),
                Progress.of("abc", "Pulling fs layer"),
                Progress.of("abc", "Download complete"),
                Progress.of("abc", "Extracting", 5, 10),
                Progress.of("abc", "Pull complete"),
                Progress.of("Digest: sha256:12"),
                Progress.of("Status: Downloaded newer image for busybox:latest")));
        assertThat(run("pull", "busybox")).isZero();
        assertThat(caller.printed()).isEqualTo("""
                Using default tag: latest
                latest: Pulling from library/busybox
                abc: Pulling fs layer
                abc: Download complete
                abc: Pull complete
                Digest: sha256:12
                Status: Downloaded newer image for busybox:latest
                docker.io/library/busybox:latest
                """);
        assertThat(caller.complained()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pull -q busybox|pull busybox:latest []|docker.io/library/busybox:latest",
                "pull --platform linux/arm64 --platform linux/386 localhost:5000/a:b|"
                        + "pull localhost:5000/a:b [linux/arm64, linux/386]|localhost:5000/a:b",
                "image pull -a busybox|pull busybox [] all tags|docker.io/library/busybox",
                "pull --all-platforms a/b:c|pull a/b:c [] all platforms|docker.io/a/b:c",
                "push -q busybox|push busybox:latest []|docker.io/library/busybox:latest",
                "push -q -a --platform linux/arm64 x.y/z|push x.y/z [linux/arm64] all tags|x.y/z",
            })
    void theEngineIsAsked(String line, String call, String printed) {
        engine.progress.add(Progress.of("x", "y"));
        assertThat(run(line.split(" "))).isZero();
        assertThat(engine.calls).containsExactly(call);
        assertThat(caller.printed()).endsWith(printed + "\n");
    }

    @Test
    void pushSaysWhatTheEngineSays() {
        engine.progress.add(Progress.of("The push refers to repository [localhost:5000/a]"));
        engine.progress.add(Progress.of("abc", "Pushed"));
        assertThat(run("push", "localhost:5000/a")).isZero();
        assertThat(caller.printed())
                .isEqualTo(
                        "Using default tag: latest\nThe push refers to repository [localhost:5000/a]\nabc: Pushed\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pull|estiba pull' requires 1 argument",
                "push a b|estiba push' requires 1 argument",
                "pull -a a:b|tag can't be used with --all-tags/-a",
                "push -a a:b|tag can't be used with --all-tags/-a",
                "pull a:b:c|invalid reference format",
                "pull a/B|invalid reference format: repository name (a/B) must be lowercase",
                "pull a@sha256:12|invalid reference format",
            })
    void aWrongNameIsRefusedBeforeAnythingIsAsked(String line, String words) {
        assertThat(run(line.split(" "))).isEqualTo(1);
        assertThat(caller.complained()).startsWith("estiba: ").contains(words);
        assertThat(engine.calls).isEmpty();
    }

    @Test
    void aFailureIsSaidBehindTheProgress() {
        engine.progress.add(Progress.of("abc", "Waiting"));
        engine.imagesFail = Optional.of(ApiException.notFound("manifest for a:b not found"));
        assertThat(run("pull", "a:b")).isEqualTo(1);
        assertThat(caller.printed()).isEqualTo("abc: Waiting\n");
        assertThat(caller.complained()).isEqualTo("estiba: manifest for a:b not found\n");
    }

    @Test
    void aSignalEndsIt() {
        engine.waits = Optional.of(new CountDownLatch(1));
        engine.progress.add(Progress.of("abc", "Waiting"));
        FakeCaller pulling = new FakeCaller("pull", "a:b");
        Thread.ofPlatform().daemon().start(() -> {
            try {
                engine.waits.get().await();
                pulling.signals.accept(2);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(new EstibaProgram(engine).run(pulling)).isEqualTo(130);
        assertThat(pulling.printed()).isEqualTo("abc: Waiting\n");
        assertThat(pulling.complained()).isEmpty();
        assertThat(Thread.interrupted()).isFalse();
    }

    /** The engine never ends by itself: it is interrupted when its progress finds no reader. */
    @Test
    void nobodyReadingEndsIt() {
        engine.waits = Optional.of(new CountDownLatch(1));
        engine.progress.add(Progress.of("abc", "Waiting"));
        FakeCaller pulling = new FakeCaller("pull", "a:b");
        pulling.out = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("broken pipe");
            }
        };
        assertThat(new EstibaProgram(engine).run(pulling)).isEqualTo(141);
        assertThat(pulling.complained()).isEmpty();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void theConfigurationIsTheCallers(@TempDir Path directory) {
        FakeCaller own = new FakeCaller("pull", "a:b");
        own.environment = Map.of("DOCKER_CONFIG", directory.toString(), "HTTPS_PROXY", "http://p");
        own.directory = directory;
        new EstibaProgram(engine).run(own);
        FakeCaller home = new FakeCaller("pull", "a:b");
        home.environment = Map.of("HOME", directory.toString());
        new EstibaProgram(engine).run(home);
        run("pull", "a:b");
        assertThat(engine.accesses.get(0).dockerConfig()).contains(directory);
        assertThat(engine.accesses.get(0).environment()).containsEntry("HTTPS_PROXY", "http://p");
        assertThat(engine.accesses.get(1).dockerConfig()).contains(directory.resolve(".docker"));
        assertThat(engine.accesses.get(2).dockerConfig()).contains(Path.of("/.docker"));
    }

    @Test
    void runPullsAnImageThatIsNotHere() {
        engine.createFails = Optional.of(MISSING);
        engine.progress.add(Progress.of("abc", "Pull complete"));
        engine.streams.ends();
        assertThat(run("run", "--platform", "linux/arm64", "busybox", "ls")).isZero();
        assertThat(engine.calls)
                .startsWith(
                        "create - for linux/arm64", "pull busybox:latest [linux/arm64]", "create - for linux/arm64");
        assertThat(caller.printed()).isEmpty();
        assertThat(caller.complained())
                .isEqualTo("Unable to find image 'busybox:latest' locally\nabc: Pull complete\n");
    }

    @Test
    void createIsQuietWhenItIsAskedTo() {
        engine.createFails = Optional.of(MISSING);
        engine.progress.add(Progress.of("abc", "Pull complete"));
        assertThat(run("create", "-q", "localhost:5000/a@sha256:" + "12".repeat(32)))
                .isZero();
        assertThat(engine.calls)
                .containsExactly("create -", "pull localhost:5000/a@sha256:" + "12".repeat(32) + " []", "create -");
        assertThat(caller.printed()).isEqualTo(ID + "\n");
        assertThat(caller.complained()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create --pull always busybox|pull busybox:latest []",
                "create --pull always hello|create -",
                "create --pull always rootfs:/x|create -",
            })
    void alwaysPullsFirstWhatARegistryMayHave(String line, String first) {
        assertThat(run(line.split(" "))).isZero();
        assertThat(engine.calls).startsWith(first).hasSizeLessThanOrEqualTo(2).endsWith("create -");
    }

    @ParameterizedTest
    @CsvSource({"--pull=never busybox", "--pull=missing " + ID + ID + ID + ID})
    void whatIsNotPulledIsSaid(String line) {
        engine.createFails = Optional.of(MISSING);
        assertThat(run(("run " + line).split(" "))).isEqualTo(125);
        assertThat(engine.calls).containsExactly("create -");
        assertThat(caller.complained()).isEqualTo("estiba: No such image: busybox:latest\n");
    }

    @Test
    void anotherAbsenceIsNoReasonToPull() {
        engine.createFails = Optional.of(ApiException.notFound("No such container: x"));
        assertThat(run("run", "busybox")).isEqualTo(125);
        assertThat(engine.calls).containsExactly("create -");
    }

    /** Also when the sentence is one that would be 126 or 127 of a start. */
    @Test
    void aPullThatFailsIsStatus125() {
        engine.createFails = Optional.of(MISSING);
        engine.imagesFail = Optional.of(ApiException.notFound("no such file or directory"));
        assertThat(run("run", "busybox")).isEqualTo(125);
        assertThat(caller.complained()).endsWith("estiba: no such file or directory\n");
        assertThat(run("create", "busybox")).isEqualTo(1);
    }

    @Test
    void aTerminalSeesTheLastState() {
        for (int i = 0; i <= 1000; i++) {
            engine.progress.add(Progress.of("abc", "Downloading", i, 1000));
        }
        engine.progress.add(Progress.of("abc", "Pull complete"));
        caller = new FakeCaller("pull", "a:b");
        caller.terminals = Set.of(1);
        assertThat(new EstibaProgram(engine).run(caller)).isZero();
        assertThat(caller.printed()).contains("\u001b[2Kabc: Pull complete\n").endsWith("docker.io/library/a:b\n");
    }
}

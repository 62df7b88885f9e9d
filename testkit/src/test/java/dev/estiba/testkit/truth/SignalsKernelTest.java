package dev.estiba.testkit.truth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.command.CommandRoom;
import dev.estiba.testkit.command.CommandRoom.Ended;
import dev.estiba.testkit.faults.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each signal whose default ends a process (signal(7)) is told as 128 and its number, with the host's processes and under an
 * init. The first process of a pid namespace is spared those that it has no handler for (pid_namespaces(7)), but for KILL and
 * those that the kernel forces.
 */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignalsKernelTest {
    private static final int KILL = 9;
    private static final int STOP = 19;
    private static final int LAST = 64;

    /** CHLD, CONT, URG and WINCH do nothing by default, STOP, TSTP, TTIN and TTOU stop. */
    private static final Set<Integer> NOT_ENDING = Set.of(17, 18, 19, 20, 21, 22, 23, 28);

    /** One of each kind: ends, ends with a core, cannot be caught, the first and the last of the real-time ones. */
    private static final Set<Integer> ONE_OF_EACH = Set.of(2, 3, 9, 11, 15, 31, 32, 64);

    private TruthRoom room;

    @BeforeAll
    void open(@TempDir Path place) throws IOException {
        room = TruthRoom.open(place);
    }

    @AfterEach
    void leavesNothing() throws IOException, InterruptedException {
        room.clear();
    }

    @AfterAll
    void close() throws IOException, InterruptedException {
        if (room != null) {
            room.close();
        }
    }

    private static int[] ending() {
        return IntStream.rangeClosed(1, LAST)
                .filter(number -> !NOT_ENDING.contains(number))
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--init", "--pid=host"})
    void runTellsWhichOneEndedIt(String how) throws Exception {
        for (int number : ending()) {
            if (!TruthRoom.LONG && !ONE_OF_EACH.contains(number)) {
                continue;
            }
            String name = "signal" + number;
            Process run = room.ready(List.of("--name", name, how), "sh", "-c", "echo ready; exec sleep 1000");
            room.succeeds("kill", "-s", Integer.toString(number), name);
            Ended end = CommandRoom.end(run);
            assertThat(end.error()).isEmpty();
            assertThat(end.status()).isEqualTo(128 + number);
            assertThat(room.product.asked(name, "{{.State.ExitCode}} {{.State.OOMKilled}}"))
                    .isEqualTo(128 + number + " false");
            room.succeeds("rm", name);
        }
    }

    /** The runtime's run waits as the parent; every one of them, since this takes no time. */
    @Test
    void theRuntimesRunTellsWhichOneEndedIt(@TempDir Path directory) throws Exception {
        try (Place place = Place.open(directory)) {
            for (int number : ending()) {
                String id = place.newId();
                Bundle bundle = place.bundle(id)
                        .probe("true", "--", "sleep", "1000")
                        .edit(config -> config.list("linux.namespaces")
                                .removeIf(one -> one.toString().contains("pid")));
                Place.Begun run = place.begin(
                        place.command("run", "--bundle", bundle.directory().toString(), id));
                CommandRoom.until(
                        "that its program runs", () -> run.output().toFile().length() > 0);
                place.run("kill", id, Integer.toString(number)).succeeds();
                assertThat(place.end(run).status()).as("signal %d", number).isEqualTo(128 + number);
            }
        }
    }

    /** The kernel adds 128 to the status of wait(2) when it has written a core: the code has nothing of it. */
    @Test
    void aCoreIsTheContainersOwnAndChangesNoCode() throws Exception {
        for (String signal : List.of("QUIT", "SEGV")) {
            Process run = room.ready(
                    List.of("--name", "core", "--init", "--ulimit", "core=-1", "-w", "/tmp"),
                    "sh",
                    "-c",
                    "echo ready; exec sleep 1000");
            room.succeeds("kill", "-s", signal, "core");
            assertThat(CommandRoom.end(run).status()).isEqualTo(signal.equals("QUIT") ? 131 : 139);
            assertThat(room.product.asked("core", "{{.State.ExitCode}}"))
                    .isEqualTo(signal.equals("QUIT") ? "131" : "139");
            room.succeeds("rm", "core");
        }
        for (Path directory : List.of(room.product.place(), room.product.place().resolve("image"), Path.of(""))) {
            try (Stream<Path> files = Files.list(directory.toAbsolutePath())) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .noneMatch(name -> name.equals("core") || name.startsWith("core."));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"ILL, 4", "TRAP, 5", "BUS, 7", "FPE, 8", "SEGV, 11", "SYS, 31"})
    void aFirstProcessIsEndedByWhatTheKernelForces(String fault, int number) throws Exception {
        Ended run = room.product.ran(List.of("--name", "fault"), "probe", "fault", fault);
        assertThat(run.status()).isEqualTo(128 + number);
        assertThat(room.product.asked("fault", "{{.State.ExitCode}} {{.State.OOMKilled}}"))
                .isEqualTo(128 + number + " false");
        Ended withInit = room.product.ran(List.of("--rm", "--init"), "probe", "fault", fault);
        assertThat(withInit.status()).isEqualTo(128 + number);
    }

    @Test
    void aFirstProcessIsSparedAllOthers() throws Exception {
        String id = room.product.detached(List.of(), "sleep", "1000");
        for (int number = 1; number <= LAST; number++) {
            if (number != KILL && number != STOP) {
                room.succeeds("kill", "-s", Integer.toString(number), id);
            }
        }
        assertThat(room.product.asked(id, "{{.State.Status}}")).isEqualTo("running");
        room.succeeds("kill", "-s", "KILL", id);
        assertThat(room.succeeds("wait", id).output()).isEqualTo("137\n");
    }

    /** Also those that it is spared are its own to handle. */
    @Test
    void aFirstProcessGetsEachOneThatItWaitsFor() throws Exception {
        Process run = room.ready(List.of("--name", "told"), "probe", "tell-signals", Integer.toString(LAST));
        List<Integer> sent = IntStream.rangeClosed(1, LAST)
                .filter(number -> number != KILL && number != STOP)
                .boxed()
                .toList();
        for (int number : sent) {
            room.succeeds("kill", "-s", Integer.toString(number), "told");
        }
        Ended end = CommandRoom.end(run);
        assertThat(end.status()).isZero();
        // Those of faults are given to a process before others that wait for it as well (kernel/signal.c,
        // SYNCHRONOUS_MASK).
        String came = end.output().replaceFirst("(?s).*\"came\":\\[([0-9,]*)\\].*", "$1");
        assertThat(Stream.of(came.split(",")).map(Integer::valueOf))
                .containsExactlyInAnyOrderElementsOf(sent.subList(0, sent.size() - 1));
    }

    /** STOP is not caught by anybody: the container stands still, is said to run, and goes on. */
    @Test
    void whatIsStoppedIsNotEnded() throws Exception {
        String id = room.product.detached(List.of(), "sh", "-c", "trap 'exit 7' TERM; while :; do sleep 0.05; done");
        room.succeeds("kill", "-s", "STOP", id);
        assertThat(room.product.asked(id, "{{.State.Status}} {{.State.ExitCode}}"))
                .isEqualTo("running 0");
        room.succeeds("kill", "-s", "TERM", id);
        TimeUnit.MILLISECONDS.sleep(200);
        assertThat(room.product.asked(id, "{{.State.Status}}")).isEqualTo("running");
        room.succeeds("kill", "-s", "CONT", id);
        assertThat(room.succeeds("wait", id).output()).isEqualTo("7\n");
    }
}

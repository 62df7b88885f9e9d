package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.AttachOptions;
import dev.estiba.api.Attachment;
import dev.estiba.api.Change;
import dev.estiba.api.ContainerState;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.ListOptions;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import dev.estiba.api.StopOptions;
import dev.estiba.api.WaitCondition;
import dev.estiba.api.WaitResponse;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container's life, on this kernel. After each test nothing of it may be left. */
@Tag("kernel")
class EngineKernelTest {
    private static final ListOptions ALL = new ListOptions(true, 0, false, Map.of());
    private static final RemoveOptions REMOVE = new RemoveOptions(false, false, false);

    @TempDir
    static Path shared;

    private static Path rootfs;

    @TempDir
    Path directory;

    private EngineRoom room;
    private Engine engine;

    @BeforeAll
    static void makeRootfs() throws Exception {
        rootfs = EngineRoom.rootfs(shared);
    }

    @BeforeEach
    void open() throws Exception {
        room = EngineRoom.open(directory, rootfs);
        engine = room.engine;
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        room.close();
    }

    private static void refused(int status, String words, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(status))
                .hasMessageContaining(words);
    }

    @Test
    void whatItPrintsComesAndHowItEndsIsTold() throws Exception {
        EngineRoom.Outcome outcome = room.run("sh", "-c", "echo out; echo err >&2; exit 7");
        assertThat(outcome).isEqualTo(new EngineRoom.Outcome(7, "out\n", "err\n"));
    }

    @Test
    void aSignalsEndIsToldAsAShellDoes() throws Exception {
        assertThat(room.run("sh", "-c", "sh -c 'kill -9 $$'; exit $?").status()).isEqualTo(137);
    }

    @Test
    void aContainerThatCannotBeReadHidesNoOther() throws Exception {
        String damaged = room.create(room.request("true"));
        String whole = room.create(room.request("true"));
        Path directory = room.paths().dataRoot().resolve("containers").resolve(damaged);
        for (String name : List.of("container.json", "life.json")) {
            Path file = directory.resolve(name);
            byte[] before = Files.exists(file) ? Files.readAllBytes(file) : "{}".getBytes(StandardCharsets.UTF_8);
            Files.writeString(file, "{\"version\":1,");
            assertThat(engine.listContainers(ALL))
                    .extracting(ContainerSummary::id)
                    .containsExactly(whole);
            refused(500, "container " + damaged + ": its ", () -> engine.inspectContainer(damaged));
            refused(500, "(" + directory + ")", () -> engine.startContainer(damaged, StartOptions.DEFAULT));
            Files.write(file, before);
        }
        assertThat(engine.listContainers(ALL))
                .extracting(ContainerSummary::id)
                .containsExactlyInAnyOrder(damaged, whole);
        // Renamed, and not written when the power went.
        Files.write(directory.resolve("life.json"), new byte[0]);
        assertThat(room.status(damaged)).isEqualTo("created");
    }

    @Test
    void itsLifeIsInspected() throws Exception {
        String id = room.create(room.request("sleep", "600"));
        assertThat(room.status(id)).isEqualTo("created");
        assertThat(engine.startContainer(id, StartOptions.DEFAULT)).isEqualTo(Change.DONE);
        assertThat(engine.startContainer(id, StartOptions.DEFAULT)).isEqualTo(Change.NOT_MODIFIED);
        ContainerState running = engine.inspectContainer(id).state();
        assertThat(running.status()).isEqualTo("running");
        assertThat(Files.readString(Path.of("/proc/" + running.pid() + "/cmdline")))
                .startsWith("sleep\0");
        assertThat(EngineRoom.cgroups(id)).isNotEmpty();
        engine.pauseContainer(id);
        assertThat(room.status(id)).isEqualTo("paused");
        refused(409, "already paused", () -> engine.pauseContainer(id));
        engine.unpauseContainer(id);
        assertThat(room.status(id)).isEqualTo("running");
        refused(409, "is running: stop the container before removing", () -> engine.removeContainer(id, REMOVE));
        engine.killContainer(id, "SIGKILL");
        assertThat(room.await(id)).isEqualTo(137);
        ContainerState ended = engine.inspectContainer(id).state();
        assertThat(ended.status()).isEqualTo("exited");
        assertThat(ended.exitCode()).isEqualTo(137);
        assertThat(ended.finishedAt()).isGreaterThan(ended.startedAt());
        refused(409, "is not running", () -> engine.killContainer(id, ""));
        EngineRoom.until(() -> cgroupsOf(id).isEmpty());
        engine.removeContainer(id, REMOVE);
        refused(404, "No such container: " + id, () -> engine.inspectContainer(id));
    }

    private static List<Path> cgroupsOf(String id) {
        try {
            return EngineRoom.cgroups(id);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void itIsStartedAgainWithWhatItHasChanged() throws Exception {
        String id = room.started(room.request("sh", "-c", "cat /mark 2>/dev/null; echo again >/mark"));
        assertThat(room.await(id)).isZero();
        engine.startContainer(id, StartOptions.DEFAULT);
        assertThat(room.await(id)).isZero();
        assertThat(room.logs(id, false)).isEqualTo("again\n");
        assertThat(rootfs.resolve("mark")).doesNotExist();
    }

    @Test
    void theLogHoldsEverythingAndIsFollowed() throws Exception {
        String id = room.started(room.request("sh", "-c", "for i in 1 2 3 4 5; do echo line $i; sleep 0.1; done"));
        assertThat(room.logs(id, true)).isEqualTo("line 1\nline 2\nline 3\nline 4\nline 5\n");
        assertThat(room.logs(id, false)).isEqualTo("line 1\nline 2\nline 3\nline 4\nline 5\n");
    }

    @Test
    void stopWaitsThenKills() throws Exception {
        String deaf = room.started(room.request("sh", "-c", "trap '' TERM; while true; do sleep 0.05; done"));
        long begin = System.nanoTime();
        engine.stopContainer(deaf, new StopOptions("", OptionalInt.of(1)));
        assertThat(System.nanoTime() - begin).isGreaterThan(900_000_000L);
        assertThat(engine.inspectContainer(deaf).state().exitCode()).isEqualTo(137);
        String polite = room.started(room.request(
                config -> config.stopSignal("SIGUSR1"),
                UnaryOperator.identity(),
                "sh",
                "-c",
                "trap 'exit 3' USR1; while true; do sleep 0.05; done"));
        // Its trap is set by a process that has just been started.
        TimeUnit.MILLISECONDS.sleep(300);
        engine.stopContainer(polite, StopOptions.DEFAULT);
        assertThat(engine.inspectContainer(polite).state().exitCode()).isEqualTo(3);
        assertThat(engine.stopContainer(polite, StopOptions.DEFAULT)).isEqualTo(Change.NOT_MODIFIED);
    }

    @Test
    void aNameIsTakenOnce() throws Exception {
        String first = engine.createContainer(Optional.of("hold"), room.request("true"))
                .id();
        refused(
                409,
                "Conflict. The container name \"/hold\" is already in use by container \"" + first + "\"",
                () -> engine.createContainer(Optional.of("hold"), room.request("true")));
        refused(
                400,
                "Invalid container name (-x)",
                () -> engine.createContainer(Optional.of("-x"), room.request("true")));
        engine.renameContainer("hold", "hull");
        assertThat(engine.inspectContainer("hull").id()).isEqualTo(first);
        refused(404, "No such container: hold", () -> engine.inspectContainer("hold"));
        String second = engine.createContainer(Optional.of("hold"), room.request("true"))
                .id();
        refused(409, "already in use", () -> engine.renameContainer(second, "hull"));
        assertThat(engine.inspectContainer(first.substring(0, 12)).name()).isEqualTo("/hull");
    }

    @Test
    void aStartThatFailsLeavesNothingBut() throws Exception {
        String id = room.create(room.request("/nowhere/at/all"));
        refused(400, "no such file or directory", () -> engine.startContainer(id, StartOptions.DEFAULT));
        ContainerState state = engine.inspectContainer(id).state();
        assertThat(state.status()).isEqualTo("created");
        assertThat(state.exitCode()).isEqualTo(127);
        assertThat(state.error()).contains("/nowhere/at/all");
        assertThat(EngineRoom.cgroups(id)).isEmpty();
        assertThat(EngineRoom.entries(room.paths().execRoot().resolve("runtime")))
                .isEmpty();
        refused(
                400,
                "unable to find user stranger: no matching entries in passwd file",
                () -> room.run(room.request(config -> config.user("stranger"), UnaryOperator.identity(), "true")));
    }

    @Test
    void anEphemeralContainerThatCannotStartIsGone() throws Exception {
        assertThatThrownBy(() -> room.run("/nowhere")).isInstanceOf(ApiException.class);
        assertThat(engine.listContainers(ALL)).isEmpty();
    }

    @Test
    void anotherEngineSeesAndEndsIt() throws Exception {
        String id = room.started(room.request("sh", "-c", "echo here; sleep 600"));
        Engine other = room.another();
        assertThat(other.listContainers(ALL))
                .extracting(ContainerSummary::state)
                .containsExactly("running");
        CompletableFuture<WaitResponse> end = other.waitContainer(id, WaitCondition.NEXT_EXIT);
        other.stopContainer(id, new StopOptions("KILL", OptionalInt.of(5)));
        assertThat(end.get(EngineRoom.PATIENCE, TimeUnit.SECONDS).statusCode()).isEqualTo(137);
        assertThat(room.await(id)).isEqualTo(137);
        assertThat(room.logs(id, false)).isEqualTo("here\n");
    }

    @Test
    void anotherEngineAttachesToIt() throws Exception {
        String id = room.started(room.request(
                config -> config.openStdin(true),
                UnaryOperator.identity(),
                "sh",
                "-c",
                "while read x; do echo got $x; done"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Attachment attachment =
                room.another().attachContainer(id, new AttachOptions(true, true, true, false, true, ""))) {
            attachment.write("one\ntwo\n".getBytes(StandardCharsets.UTF_8));
            attachment.closeInput();
            EngineRoom.drain(attachment, out, out);
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("got one\ngot two\n");
        assertThat(room.await(id)).isZero();
    }

    @Test
    void aKilledMonitorIsNoticedAndItsContainerEnded() throws Exception {
        String id = room.started(room.request("sleep", "600"));
        int pid = engine.inspectContainer(id).state().pid();
        CompletableFuture<WaitResponse> end = engine.waitContainer(id, WaitCondition.NEXT_EXIT);
        String monitor = Files.readString(
                room.paths().execRoot().resolve("containers").resolve(id).resolve("monitor"));
        ProcessHandle.of(Long.parseLong(monitor.split(" ")[0])).orElseThrow().destroyForcibly();
        assertThat(end.get(EngineRoom.PATIENCE, TimeUnit.SECONDS).statusCode()).isEqualTo(137);
        ContainerState state = engine.inspectContainer(id).state();
        assertThat(state.status()).isEqualTo("exited");
        assertThat(state.error()).contains("monitor-lost");
        EngineRoom.until(() -> !Files.exists(Path.of("/proc/" + pid)));
        assertThat(EngineRoom.cgroups(id)).isEmpty();
    }

    @Test
    void wantOfMemoryIsTold() throws Exception {
        String id = room.started(room.request(
                UnaryOperator.identity(),
                host -> host.resources(dev.estiba.api.Resources.builder()
                        .memory(8 << 20)
                        .memorySwap(8 << 20)
                        .build()),
                "sh",
                "-c",
                "head -c 64m /dev/zero | tail"));
        room.await(id);
        assertThat(engine.inspectContainer(id).state().oomKilled()).isTrue();
    }

    @Test
    void recordsOutliveTheirEngineAndRubbishDoesNot() throws Exception {
        String id = engine.createContainer(
                        Optional.of("kept"),
                        room.request(
                                config -> config.labels(Map.of("port", "Vigo")).env(List.of("A=b")),
                                UnaryOperator.identity(),
                                "true"))
                .id();
        Path rubbish = room.paths().dataRoot().resolve("containers").resolve("f".repeat(64));
        Files.createDirectories(rubbish.resolve("upper/deep"));
        Engine other = room.another();
        assertThat(other.inspectContainer("kept")).isEqualTo(engine.inspectContainer(id));
        assertThat(other.inspectContainer("kept").config().labels()).containsEntry("port", "Vigo");
        assertThat(rubbish).doesNotExist();
    }

    @Test
    void listsAreFiltered() throws Exception {
        String running = room.started(room.request("sleep", "600"));
        String created = engine.createContainer(
                        Optional.of("berth"),
                        room.request(config -> config.labels(Map.of("a", "b")), UnaryOperator.identity(), "true"))
                .id();
        assertThat(ids(new ListOptions(false, 0, false, Map.of()))).containsExactly(running);
        assertThat(ids(ALL)).containsExactlyInAnyOrder(running, created);
        assertThat(ids(new ListOptions(true, 0, false, Map.of("label", List.of("a=b")))))
                .containsExactly(created);
        assertThat(ids(new ListOptions(true, 0, false, Map.of("name", List.of("ber")))))
                .containsExactly(created);
        assertThat(ids(new ListOptions(false, 0, false, Map.of("status", List.of("created")))))
                .containsExactly(created);
        refused(
                400,
                "invalid filter 'colour'",
                () -> ids(new ListOptions(true, 0, false, Map.of("colour", List.of()))));
    }

    private List<String> ids(ListOptions options) throws Exception {
        return engine.listContainers(options).stream().map(ContainerSummary::id).toList();
    }
}

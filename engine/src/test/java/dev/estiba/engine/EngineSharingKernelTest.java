package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import dev.estiba.api.StopOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers that have the processes or the shared memory of another one. */
@Tag("kernel")
class EngineSharingKernelTest {
    @TempDir
    Path directory;

    private EngineRoom room;
    private Engine engine;

    @BeforeEach
    void open() throws Exception {
        room = EngineRoom.open(directory, EngineRoom.rootfs(directory));
        engine = room.engine;
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        room.close();
        assertThat(mounts()).isEmpty();
    }

    private List<String> mounts() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(room.paths().execRoot().toString()))
                .toList();
    }

    private CreateRequest request(UnaryOperator<HostConfig.Builder> host, String... command) {
        return room.request(UnaryOperator.identity(), host, command);
    }

    private String donor(String ipc) throws IOException {
        return room.started(request(host -> host.ipcMode(ipc).shmSize(3 << 20), "sleep", "1000"));
    }

    private void stop(String id) throws IOException {
        engine.stopContainer(id, new StopOptions("", OptionalInt.of(0)));
    }

    private static UnaryOperator<HostConfig.Builder> processesOf(String reference) {
        return host -> host.pidMode("container:" + reference);
    }

    private static UnaryOperator<HostConfig.Builder> memoryOf(String reference) {
        return host -> host.ipcMode("container:" + reference);
    }

    @Test
    void theProcessesOfAnotherOneAreSeen() throws Exception {
        String donor = donor("private");
        assertThat(room.run(request(
                                host -> processesOf(donor.substring(0, 12))
                                        .apply(host)
                                        .autoRemove(true),
                                "cat",
                                "/proc/1/cmdline"))
                        .out())
                .isEqualTo("sleep\0" + "1000\0");
    }

    @Test
    void whoEndsTakesThoseWithHimWhoShareHisProcesses() throws Exception {
        String donor = donor("private");
        String guest = room.started(request(processesOf(donor), "sleep", "1000"));
        assertThat(engine.inspectContainer(guest).hostConfig().pidMode()).isEqualTo("container:" + donor);
        stop(donor);
        assertThat(room.await(guest)).isEqualTo(137);
        assertThatThrownBy(() -> engine.startContainer(guest, StartOptions.DEFAULT))
                .isInstanceOf(ApiException.class)
                .hasMessage("failed to join PID namespace: container " + donor + " is not running");
        engine.startContainer(donor, StartOptions.DEFAULT);
        engine.startContainer(guest, StartOptions.DEFAULT);
        assertThat(room.status(guest)).isEqualTo("running");
    }

    /** A guest's end is its own: all of its processes, none of the other's. */
    @Test
    void whoLeavesTakesNobodyWithHim() throws Exception {
        String donor = donor("private");
        String guest = room.started(request(processesOf(donor), "sh", "-c", "sleep 1000 & sleep 1000"));
        stop(guest);
        assertThat(room.status(guest)).isEqualTo("exited");
        assertThat(room.status(donor)).isEqualTo("running");
        assertThat(engine.topContainer(donor, List.of()).processes()).hasSize(1);
    }

    @Test
    void sharedMemoryIsShared() throws Exception {
        String donor = donor("shareable");
        String guest = room.started(request(memoryOf(donor), "sh", "-c", "echo cargo > /dev/shm/hold; sleep 1000"));
        EngineRoom.until(() -> Files.exists(
                room.paths().execRoot().resolve("containers").resolve(donor).resolve("shm/hold")));
        // Through a third one, whose it is not.
        String third = "container:" + guest;
        EngineRoom.Outcome outcome = room.run(
                request(host -> host.ipcMode(third).autoRemove(true), "cat", "/dev/shm/hold", "/proc/self/mounts"));
        assertThat(outcome.out())
                .startsWith("cargo\n")
                .contains(" /dev/shm tmpfs rw,nosuid,nodev,noexec,relatime,size=3072k");
        assertThat(Files.readSymbolicLink(namespace(donor))).isEqualTo(Files.readSymbolicLink(namespace(guest)));
        assertThat(mounts()).hasSize(1);
        // Who has it keeps it when the one goes whose it was.
        engine.removeContainer(donor, new RemoveOptions(true, false, false));
        assertThat(mounts()).isEmpty();
        assertThat(room.status(guest)).isEqualTo("running");
    }

    private Path namespace(String id) throws IOException {
        return Path.of("/proc/" + engine.inspectContainer(id).state().pid() + "/ns/ipc");
    }

    @Test
    void itIsEmptyAgainAtTheNextStart() throws Exception {
        String donor = room.started(request(
                host -> host.ipcMode("shareable"), "sh", "-c", "ls /dev/shm; echo x > /dev/shm/left; sleep 1000"));
        EngineRoom.until(() -> Files.exists(
                room.paths().execRoot().resolve("containers").resolve(donor).resolve("shm/left")));
        stop(donor);
        assertThat(mounts()).isEmpty();
        engine.startContainer(donor, StartOptions.DEFAULT);
        EngineRoom.until(() -> Files.exists(
                room.paths().execRoot().resolve("containers").resolve(donor).resolve("shm/left")));
        assertThat(room.logs(donor, false)).isEmpty();
    }

    @Test
    void aFailedStartLeavesNoMemoryMounted() throws Exception {
        String id = room.create(request(host -> host.ipcMode("shareable"), "/no/such/program"));
        assertThatThrownBy(() -> engine.startContainer(id, StartOptions.DEFAULT))
                .isInstanceOf(ApiException.class);
        assertThat(mounts()).isEmpty();
    }

    @Test
    void whatIsNotSharedIsRefused() throws Exception {
        String donor = donor("private");
        String id = room.create(request(memoryOf(donor), "true"));
        assertThatThrownBy(() -> engine.startContainer(id, StartOptions.DEFAULT))
                .hasMessage("failed to join IPC namespace: container " + donor
                        + ": non-shareable IPC (hint: use IpcMode:shareable for the donor container)");
        for (UnaryOperator<HostConfig.Builder> host : List.of(processesOf("nosuch"), memoryOf("nosuch"))) {
            assertThatThrownBy(() -> room.create(request(host, "true")))
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.status()).isEqualTo(ApiException.BAD_REQUEST))
                    .hasMessage("No such container: nosuch");
        }
        assertThatThrownBy(() -> room.create(request(processesOf(""), "true")))
                .hasMessage("invalid PID mode: container:");
    }

    /** Its own files are no way to another place: what is shared was mounted before it ran. */
    @Test
    void whereTheDonorsPathsLeadDoesNotMatter() throws Exception {
        String donor = room.started(
                request(
                        host -> host.ipcMode("shareable").privileged(true),
                        "sh",
                        "-c",
                        "busybox umount /dev/shm && busybox rmdir /dev/shm && busybox ln -s /etc /dev/shm && touch /ready; sleep 1000"));
        EngineRoom.until(() -> {
            try {
                return engine.containerChanges(donor).stream()
                        .anyMatch(change -> change.path().equals("/ready"));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        EngineRoom.Outcome outcome =
                room.run(request(host -> memoryOf(donor).apply(host).autoRemove(true), "ls", "/dev/shm"));
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out()).isEmpty();
    }
}

package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ContainerSummary;
import dev.estiba.api.HostConfig;
import dev.estiba.api.ListOptions;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.RestartPolicy;
import dev.estiba.api.StartOptions;
import dev.estiba.api.StopOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lists of an engine that stays and keeps what it has seen: each change is in the next one, whoever has made it. */
@Tag("kernel")
class EngineListingKernelTest {
    private static final ListOptions EVERYONE = new ListOptions(true, 0, false, Map.of());

    @TempDir
    Path directory;

    private EngineRoom room;
    private Engine daemon;

    @BeforeEach
    void open() throws Exception {
        room = EngineRoom.open(directory, EngineRoom.rootfs(directory));
        daemon = room.another();
        daemon.restore();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        for (ContainerSummary container : all()) {
            daemon.removeContainer(container.id(), new RemoveOptions(true, false, false));
        }
        room.close();
        assertThat(watches()).isZero();
    }

    private List<ContainerSummary> all() throws IOException {
        return daemon.listContainers(EVERYONE);
    }

    private ContainerSummary listed(String id) throws IOException {
        return all().stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
    }

    /** Which of the test's directories this process watches: the kernel names them by their inodes. */
    private long watches() throws IOException {
        List<String> inodes = Stream.of(room.paths().dataRoot(), room.paths().execRoot())
                .map(root -> root.resolve("containers"))
                .flatMap(containers -> Stream.concat(
                        Stream.of(containers),
                        EngineRoom.entries(containers).stream().map(containers::resolve)))
                .map(EngineListingKernelTest::inode)
                .toList();
        long count = 0;
        for (String descriptor : EngineRoom.entries(Path.of("/proc/self/fdinfo"))) {
            Path file = Path.of("/proc/self/fdinfo", descriptor);
            if (Files.exists(file)) {
                count += Files.readString(file)
                        .lines()
                        .filter(line -> line.startsWith("inotify ")
                                && inodes.stream().anyMatch(inode -> line.contains(" ino:" + inode + " ")))
                        .count();
            }
        }
        return count;
    }

    private static String inode(Path path) {
        try {
            return Long.toHexString((long) Files.getAttribute(path, "unix:ino"));
        } catch (IOException e) {
            return "none";
        }
    }

    private String started() throws IOException {
        String id = daemon.createContainer(Optional.empty(), room.request("sleep", "1000"))
                .id();
        daemon.startContainer(id, StartOptions.DEFAULT);
        return id;
    }

    @Test
    void whatWasSeenIsKeptAndLetGoOf() throws Exception {
        String id = started();
        assertThat(listed(id).state()).isEqualTo("running");
        EngineRoom.until(() -> {
            try {
                return listed(id).state().equals("running") && watches() == 3;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        daemon.removeContainer(id, new RemoveOptions(true, false, false));
        assertThat(all()).isEmpty();
        assertThat(watches()).isOne();
    }

    /** "docker ps -l" is for the last one. */
    @Test
    void theNewestIsFirstAlsoOfThoseOfOneSecond() throws Exception {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            made.addFirst(daemon.createContainer(Optional.empty(), room.request("true"))
                    .id());
        }
        assertThat(all()).extracting(ContainerSummary::id).isEqualTo(made);
        assertThat(daemon.listContainers(new ListOptions(false, 3, false, Map.of())))
                .extracting(ContainerSummary::id)
                .isEqualTo(made.subList(0, 3));
    }

    @Test
    void eachChangeIsInTheNextList() throws Exception {
        String id = daemon.createContainer(Optional.of("first"), room.request("sleep", "1000"))
                .id();
        for (int i = 0; i < 2; i++) {
            assertThat(listed(id).state()).isIn("created", "exited");
            daemon.startContainer(id, StartOptions.DEFAULT);
            assertThat(listed(id).state()).isEqualTo("running");
            assertThat(listed(id).status()).startsWith("Up ");
            daemon.pauseContainer(id);
            assertThat(listed(id).state()).isEqualTo("paused");
            assertThat(listed(id).status()).endsWith("(Paused)");
            daemon.unpauseContainer(id);
            assertThat(listed(id).state()).isEqualTo("running");
            daemon.renameContainer(id, "name" + i);
            assertThat(listed(id).names()).containsExactly("/name" + i);
            daemon.stopContainer(id, new StopOptions("", OptionalInt.of(0)));
            assertThat(listed(id).state()).isEqualTo("exited");
            assertThat(listed(id).status()).startsWith("Exited (137) ");
        }
    }

    @Test
    void soIsWhatAnotherProcessHasDone() throws Exception {
        String id = started();
        assertThat(listed(id).state()).isEqualTo("running");
        room.engine.renameContainer(id, "other");
        assertThat(listed(id).names()).containsExactly("/other");
        room.engine.pauseContainer(id);
        assertThat(listed(id).state()).isEqualTo("paused");
        room.engine.unpauseContainer(id);
        assertThat(listed(id).state()).isEqualTo("running");
        room.engine.stopContainer(id, new StopOptions("", OptionalInt.of(0)));
        assertThat(listed(id).state()).isEqualTo("exited");
        room.engine.startContainer(id, StartOptions.DEFAULT);
        assertThat(listed(id).state()).isEqualTo("running");
        String second = room.started(room.request("sleep", "1000"));
        assertThat(all()).extracting(ContainerSummary::id).containsExactlyInAnyOrder(id, second);
        room.engine.removeContainer(id, new RemoveOptions(true, false, false));
        assertThat(all()).extracting(ContainerSummary::id).containsExactly(second);
    }

    /** Nobody asks the freezer that it is asked about: whoever writes to the group's file is believed. */
    @Test
    void soIsAFrozenGroup() throws Exception {
        String id = started();
        assertThat(listed(id).state()).isEqualTo("running");
        Path group = EngineRoom.cgroups(id).stream()
                .filter(path ->
                        Files.exists(path.resolve("freezer.state")) || Files.exists(path.resolve("cgroup.freeze")))
                .findFirst()
                .orElseThrow();
        boolean isFirst = Files.exists(group.resolve("freezer.state"));
        Path file = group.resolve(isFirst ? "freezer.state" : "cgroup.freeze");
        Files.writeString(file, isFirst ? "FROZEN" : "1");
        assertThat(listed(id).state()).isEqualTo("paused");
        Files.writeString(file, isFirst ? "THAWED" : "0");
        assertThat(listed(id).state()).isEqualTo("running");
    }

    /** Nobody writes to the container's own file then, and in version 2 the kernel tells of it a moment later. */
    @Test
    void soIsAFrozenGroupAboveIt() throws Exception {
        String parent = "/estiba/above-" + ProcessHandle.current().pid();
        UnaryOperator<HostConfig.Builder> below = host -> host.resources(
                host.build().resources().toBuilder().cgroupParent(parent).build());
        String id = daemon.createContainer(
                        Optional.empty(), room.request(UnaryOperator.identity(), below, "sleep", "1000"))
                .id();
        daemon.startContainer(id, StartOptions.DEFAULT);
        EngineRoom.until(() -> isListed(id, "running") && isKnown());
        Path group = Stream.of("freezer", "")
                .map(hierarchy -> Path.of("/sys/fs/cgroup", hierarchy, parent))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
        boolean isFirst = Files.exists(group.resolve("freezer.state"));
        Path file = group.resolve(isFirst ? "freezer.state" : "cgroup.freeze");
        try {
            Files.writeString(file, isFirst ? "FROZEN" : "1");
            EngineRoom.until(() -> isListed(id, "paused"));
        } finally {
            Files.writeString(file, isFirst ? "THAWED" : "0");
        }
        EngineRoom.until(() -> isListed(id, "running"));
        daemon.removeContainer(id, new RemoveOptions(true, false, false));
        for (Path each : Stream.concat(Stream.of(Path.of("/sys/fs/cgroup")), entries(Path.of("/sys/fs/cgroup")))
                .map(hierarchy -> hierarchy.resolve(parent.substring(1)))
                .toList()) {
            Files.deleteIfExists(each);
        }
    }

    private static Stream<Path> entries(Path directory) throws IOException {
        return EngineRoom.entries(directory).stream().map(directory::resolve);
    }

    private boolean isListed(String id, String state) {
        try {
            return listed(id).state().equals(state);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private boolean isKnown() {
        try {
            return daemon.knownContainers(EVERYONE).isPresent();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aListIsKnownUntilSomethingChanges() throws Exception {
        assertThat(daemon.knownContainers(EVERYONE)).isEmpty();
        String id = started();
        EngineRoom.until(() -> isListed(id, "running") && isKnown());
        assertThat(daemon.knownContainers(EVERYONE)).contains(all());
        assertThat(daemon.knownContainers(new ListOptions(true, 0, true, Map.of())))
                .isEmpty();
        assertThat(daemon.knownContainers(new ListOptions(true, 0, false, Map.of("status", List.of("running")))))
                .isEmpty();
        room.engine.renameContainer(id, "other");
        assertThat(daemon.knownContainers(EVERYONE)).isEmpty();
        assertThat(daemon.knownContainers(EVERYONE)).isEmpty(); // what the kernel has told once is not forgotten
        assertThat(listed(id).names()).containsExactly("/other");
        EngineRoom.until(() -> isListed(id, "running") && isKnown());
        room.engine.pauseContainer(id);
        assertThat(daemon.knownContainers(EVERYONE)).isEmpty();
        assertThat(listed(id).state()).isEqualTo("paused");
        EngineRoom.until(() -> isListed(id, "paused") && isKnown());
        room.engine.removeContainer(id, new RemoveOptions(true, false, false));
        assertThat(daemon.knownContainers(EVERYONE)).isEmpty();
        assertThat(all()).isEmpty();
    }

    @Test
    void aMonitorThatIsKilledIsSeen() throws Exception {
        String id = started();
        assertThat(listed(id).state()).isEqualTo("running");
        String monitor = Files.readString(
                room.paths().execRoot().resolve("containers").resolve(id).resolve("monitor"));
        ProcessHandle.of(Long.parseLong(monitor.split(" ")[0])).orElseThrow().destroyForcibly();
        EngineRoom.until(() -> {
            try {
                return listed(id).state().equals("exited");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    @Test
    void aRestartThatIsWaitedForIsTold() throws Exception {
        UnaryOperator<HostConfig.Builder> always = host -> host.restartPolicy(new RestartPolicy("always", 0));
        String id = daemon.createContainer(Optional.empty(), room.request(UnaryOperator.identity(), always, "false"))
                .id();
        daemon.startContainer(id, StartOptions.DEFAULT);
        EngineRoom.until(() -> {
            try {
                return listed(id).state().equals("restarting");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        daemon.stopContainer(id, new StopOptions("", OptionalInt.of(0)));
        assertThat(listed(id).state()).isEqualTo("exited");
    }
}

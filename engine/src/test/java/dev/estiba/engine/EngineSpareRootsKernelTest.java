package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.CreateRequest;
import dev.estiba.api.ExecCreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import dev.estiba.api.WaitCondition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an ephemeral container that has changed nothing leaves for the next one, and what must not be given on. */
@Tag("kernel")
class EngineSpareRootsKernelTest {
    @TempDir
    Path directory;

    private Path rootfs;
    private Path spares;
    private EngineRoom room;
    private Engine daemon;

    @BeforeEach
    void open() throws Exception {
        rootfs = EngineRoom.rootfs(directory);
        room = EngineRoom.open(directory, rootfs);
        daemon = room.another();
        daemon.restore();
        spares = room.paths().dataRoot().resolve("spares");
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        daemon.awaitSettled();
        for (String id : EngineRoom.entries(room.paths().dataRoot().resolve("containers"))) {
            daemon.removeContainer(id, new RemoveOptions(true, false, false));
        }
        assertThat(EngineRoom.entries(spares)).isEmpty();
        room.close();
    }

    private CreateRequest request(UnaryOperator<HostConfig.Builder> host, String... command) {
        return room.request(UnaryOperator.identity(), builder -> host.apply(builder.autoRemove(true)), command);
    }

    private CreateRequest request(String... command) {
        return request(UnaryOperator.identity(), command);
    }

    private EngineRoom.Outcome run(CreateRequest request) throws Exception {
        EngineRoom.Outcome outcome = EngineRoom.on(daemon, request);
        allIsGone();
        return outcome;
    }

    /** Its directory goes a moment after it is gone for everybody. */
    private void allIsGone() throws Exception {
        Path containers = room.paths().dataRoot().resolve("containers");
        EngineRoom.until(() -> EngineRoom.entries(containers).isEmpty());
    }

    private String started(CreateRequest request) throws IOException {
        String id = daemon.createContainer(Optional.empty(), request).id();
        daemon.startContainer(id, StartOptions.DEFAULT);
        return id;
    }

    private Object upper(Path in) throws IOException {
        return Files.getAttribute(in.resolve("upper"), "unix:ino");
    }

    private Object spare() throws Exception {
        assertThat(run(request("true")).status()).isZero();
        EngineRoom.until(() -> EngineRoom.entries(spares).size() == 1);
        return upper(spares.resolve(EngineRoom.entries(spares).getFirst()));
    }

    @Test
    void anUntouchedDirectoryIsTheNextOnes() throws Exception {
        Object upper = spare();
        String id = daemon.createContainer(Optional.empty(), request("sh", "-c", "ls / && touch /mine"))
                .id();
        assertThat(upper(room.paths().dataRoot().resolve("containers").resolve(id)))
                .isEqualTo(upper);
        assertThat(EngineRoom.entries(spares)).isEmpty();
        daemon.startContainer(id, StartOptions.DEFAULT);
        assertThat(daemon.waitContainer(id, WaitCondition.REMOVED)
                        .get(EngineRoom.PATIENCE, TimeUnit.SECONDS)
                        .statusCode())
                .isZero();
        allIsGone();
        assertThat(EngineRoom.entries(spares)).isEmpty();
        spare();
        assertThat(run(request("ls", "/")).out()).doesNotContain("mine");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "echo > /new",
                "mkdir /new && busybox rmdir /new",
                "busybox chmod 700 / && busybox chmod 755 /",
                "busybox chown 1000 /etc/passwd",
                "busybox rm /etc/group",
                "busybox mv /etc/group /tmp/group",
                "touch -d @1 /",
                "busybox ln -s a /tmp/link",
            })
    void whatWasChangedIsNotGivenOn(String change) throws Exception {
        assertThat(run(request("sh", "-c", change.replace("mkdir", "busybox mkdir")))
                        .status())
                .isZero();
        assertThat(EngineRoom.entries(spares)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"privileged", "capability", "bind", "network", "security", "annotation", "uts", "pid", "userns"})
    void whoCouldKeepAWayInGivesNothingOn(String kind) throws Exception {
        UnaryOperator<HostConfig.Builder> host = switch (kind) {
            case "privileged" -> builder -> builder.privileged(true);
            case "capability" -> builder -> builder.capAdd(List.of("SYS_ADMIN"));
            case "bind" -> builder -> builder.binds(List.of(directory + ":/host"));
            case "network" -> builder -> builder.networkMode("host");
            case "security" -> builder -> builder.securityOpt(List.of("seccomp=unconfined"));
            case "annotation" -> builder -> builder.annotations(Map.of("a", "b"));
            case "uts" -> builder -> builder.utsMode("host");
            case "pid" -> builder -> builder.pidMode("host");
            default -> builder -> builder.usernsMode("host");
        };
        assertThat(run(request(host, "true")).status()).isZero();
        assertThat(EngineRoom.entries(spares)).isEmpty();
    }

    @Test
    void noneWhoseNetworkAnotherOneHasJoinedGivesItsRootOn() throws Exception {
        String first = started(request("sleep", "1000"));
        String second = started(request(host -> host.networkMode("container:" + first), "sleep", "1000"));
        daemon.killContainer(first, "KILL");
        daemon.killContainer(second, "KILL");
        allIsGone();
        assertThat(EngineRoom.entries(spares)).isEmpty();
    }

    @Test
    void noneThatAPrivilegedExecWasInGivesItsRootOn() throws Exception {
        String id = started(request("sleep", "1000"));
        ExecCreateRequest exec = ExecCreateRequest.builder()
                .cmd(List.of("true"))
                .privileged(true)
                .build();
        assertThat(daemon.createExec(id, exec)).isNotEmpty();
        daemon.killContainer(id, "KILL");
        allIsGone();
        assertThat(EngineRoom.entries(spares)).isEmpty();
    }

    @Test
    void otherLayersHaveOtherRoots() throws Exception {
        spare();
        Files.writeString(rootfs.resolve("later"), "");
        assertThat(run(request("ls", "/")).out()).contains("later");
    }

    @Test
    void theNextEngineHasNoneOfThem() throws Exception {
        Object upper = spare();
        String id = daemon.createContainer(Optional.empty(), request("true")).id();
        assertThat(EngineRoom.on(daemon, request("true")).status()).isZero();
        EngineRoom.until(() -> EngineRoom.entries(spares).size() == 1);
        Engine next = room.another();
        next.restore();
        assertThat(EngineRoom.entries(spares)).isEmpty();
        // What was mounted unsynced cannot be mounted again as it is.
        assertThat(upper(room.paths().dataRoot().resolve("containers").resolve(id)))
                .isEqualTo(upper);
        next.startContainer(id, StartOptions.DEFAULT);
        allIsGone();
        assertThat(EngineRoom.on(daemon, request("true")).status()).isZero();
        next.awaitSettled();
    }
}

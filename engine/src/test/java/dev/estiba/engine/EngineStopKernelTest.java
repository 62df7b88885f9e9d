package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.CreateRequest;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.RestartPolicy;
import dev.estiba.api.StartOptions;
import dev.estiba.api.StopOptions;
import dev.estiba.api.WaitCondition;
import dev.estiba.api.WaitResponse;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stops at bad moments, and who waits for ends in each state. */
@Tag("kernel")
class EngineStopKernelTest {
    private static final int ROUNDS = Boolean.getBoolean("estiba.long") ? 200 : 10;

    @TempDir
    static Path shared;

    private static Path rootfs;

    @TempDir
    Path directory;

    private EngineRoom room;
    private Engine daemon;

    @BeforeAll
    static void makeRootfs() throws Exception {
        rootfs = EngineRoom.rootfs(shared);
    }

    @BeforeEach
    void open() throws Exception {
        room = EngineRoom.open(directory, rootfs);
        daemon = room.another();
        daemon.restore();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        for (String id : EngineRoom.entries(room.paths().dataRoot().resolve("containers"))) {
            daemon.removeContainer(id, new RemoveOptions(true, false, false));
        }
        room.close();
    }

    @Test
    void aSignalIsNotLostAtTheMomentAnInitBegins() throws Exception {
        CreateRequest request = room.request(UnaryOperator.identity(), host -> host.init(true), "sleep", "1000");
        String id = daemon.createContainer(Optional.empty(), request).id();
        for (int i = 0; i < ROUNDS; i++) {
            daemon.startContainer(id, StartOptions.DEFAULT);
            daemon.stopContainer(id, new StopOptions("", OptionalInt.of(60)));
            assertThat(daemon.inspectContainer(id).state().exitCode()).isEqualTo(143);
        }
    }

    @Test
    void whatIsStoppedInItsRestartsStaysStopped() throws Exception {
        CreateRequest request = room.request(
                UnaryOperator.identity(),
                host -> host.restartPolicy(new RestartPolicy("always", 0)),
                "sh",
                "-c",
                "exit 3");
        for (int i = 0; i < ROUNDS; i++) {
            String id = daemon.createContainer(Optional.empty(), request).id();
            daemon.startContainer(id, StartOptions.DEFAULT);
            long moment = 5L * i;
            Thread.sleep(moment);
            daemon.stopContainer(id, new StopOptions("", OptionalInt.of(60)));
            int count = daemon.inspectContainer(id).restartCount();
            Thread.sleep(250); // longer than the first pause, or the second one
            assertThat(daemon.inspectContainer(id).state().status())
                    .as("stopped after %d ms", moment)
                    .isEqualTo("exited");
            assertThat(daemon.inspectContainer(id).restartCount()).isEqualTo(count);
            daemon.removeContainer(id, new RemoveOptions(false, false, false));
        }
    }

    private int status(CompletableFuture<WaitResponse> end) throws Exception {
        return end.get(EngineRoom.PATIENCE, TimeUnit.SECONDS).statusCode();
    }

    /** Of dockerd (moby, container/state.go): who was never started does not run; who has ended does not run, and has its code. */
    @Test
    void whoWaitsIsAnsweredInEachState() throws Exception {
        String id = daemon.createContainer(Optional.empty(), room.request("sh", "-c", "exit 6"))
                .id();
        assertThat(daemon.waitContainer(id, WaitCondition.NOT_RUNNING).isDone()).isTrue();
        assertThat(status(daemon.waitContainer(id, WaitCondition.NOT_RUNNING))).isZero();
        CompletableFuture<WaitResponse> next = daemon.waitContainer(id, WaitCondition.NEXT_EXIT);
        CompletableFuture<WaitResponse> removed = daemon.waitContainer(id, WaitCondition.REMOVED);
        daemon.startContainer(id, StartOptions.DEFAULT);
        assertThat(status(next)).isEqualTo(6);
        assertThat(status(daemon.waitContainer(id, WaitCondition.NOT_RUNNING))).isEqualTo(6);
        CompletableFuture<WaitResponse> afterIt = daemon.waitContainer(id, WaitCondition.NEXT_EXIT);
        assertThat(afterIt.isDone()).isFalse();
        daemon.startContainer(id, StartOptions.DEFAULT);
        assertThat(status(afterIt)).isEqualTo(6);
        assertThat(removed.isDone()).isFalse();
        daemon.removeContainer(id, new RemoveOptions(false, false, false));
        assertThat(status(removed)).isEqualTo(6);
    }

    @Test
    void whoWaitsForAPausedOneWaits() throws Exception {
        String id = daemon.createContainer(Optional.empty(), room.request("sleep", "1000"))
                .id();
        daemon.startContainer(id, StartOptions.DEFAULT);
        daemon.pauseContainer(id);
        CompletableFuture<WaitResponse> end = daemon.waitContainer(id, WaitCondition.NOT_RUNNING);
        assertThat(end.isDone()).isFalse();
        daemon.removeContainer(id, new RemoveOptions(true, false, false));
        assertThat(status(end)).isEqualTo(137);
    }
}

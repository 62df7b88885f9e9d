package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.EventsOptions;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import dev.estiba.api.WaitCondition;
import dev.estiba.api.WaitResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who starts a container again as soon as it has ended is faster than who watches it. */
@Tag("kernel")
class EngineOvertakenKernelTest {
    private static final int ROUNDS = Boolean.getBoolean("estiba.long") ? 300 : 30;

    @TempDir
    Path directory;

    @Test
    void eachEndIsToldOnceAndInItsPlace() throws Exception {
        try (EngineRoom room = EngineRoom.open(directory, EngineRoom.rootfs(directory))) {
            Engine daemon = room.another();
            daemon.restore();
            Instant begin = Instant.now();
            String id = daemon.createContainer(Optional.empty(), room.request("sh", "-c", "exit 3"))
                    .id();
            List<CompletableFuture<WaitResponse>> ends = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                ends.add(daemon.waitContainer(id, WaitCondition.NEXT_EXIT));
                daemon.startContainer(id, StartOptions.DEFAULT);
                while (!hasEnded(daemon, id)) {
                    Thread.onSpinWait(); // to be faster than who watches it
                }
            }
            for (CompletableFuture<WaitResponse> end : ends) {
                assertThat(end.get(EngineRoom.PATIENCE, TimeUnit.SECONDS).statusCode())
                        .isEqualTo(3);
            }
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                expected.addAll(List.of("start", "die"));
            }
            assertThat(told(daemon, begin)).isEqualTo(expected);
        }
    }

    @Test
    void itIsToldOfOneThatIsRemovedAtOnce() throws Exception {
        try (EngineRoom room = EngineRoom.open(directory, EngineRoom.rootfs(directory))) {
            Engine daemon = room.another();
            daemon.restore();
            Instant begin = Instant.now();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                String id = daemon.createContainer(Optional.empty(), room.request("sh", "-c", "exit 3"))
                        .id();
                CompletableFuture<WaitResponse> end = daemon.waitContainer(id, WaitCondition.NEXT_EXIT);
                daemon.startContainer(id, StartOptions.DEFAULT);
                while (!hasEnded(daemon, id)) {
                    Thread.onSpinWait();
                }
                daemon.removeContainer(id, new RemoveOptions(false, false, false));
                assertThat(end.get(EngineRoom.PATIENCE, TimeUnit.SECONDS).statusCode())
                        .isEqualTo(3);
                expected.addAll(List.of("start", "die", "destroy"));
            }
            assertThat(told(daemon, begin)).isEqualTo(expected);
        }
    }

    private static List<String> told(Engine daemon, Instant begin) throws Exception {
        daemon.awaitSettled();
        List<String> told = new ArrayList<>();
        daemon.events(new EventsOptions(Optional.of(begin), Optional.of(Instant.now()), Map.of()), event -> {
            if (!event.action().equals("create")) {
                told.add(event.action());
            }
        });
        return told;
    }

    private static boolean hasEnded(Engine daemon, String id) {
        try {
            return daemon.inspectContainer(id).state().status().equals("exited");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

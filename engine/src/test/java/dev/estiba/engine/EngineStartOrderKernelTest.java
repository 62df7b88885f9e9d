package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.CreateRequest;
import dev.estiba.api.Event;
import dev.estiba.api.EventsOptions;
import dev.estiba.api.HealthConfig;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.RestartPolicy;
import dev.estiba.api.StartOptions;
import dev.estiba.api.StopOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a daemon finds due when it begins is started in an order. */
@Tag("kernel")
class EngineStartOrderKernelTest {
    private static final StopOptions AT_ONCE = new StopOptions("KILL", OptionalInt.empty());
    private static final String AFTER = "dev.estiba.start-after";

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
        for (String id : EngineRoom.entries(room.paths().dataRoot().resolve("containers"))) {
            daemon.removeContainer(id, new RemoveOptions(true, false, false));
        }
        room.close();
    }

    private String started(String name, CreateRequest request) throws IOException {
        String id = daemon.createContainer(Optional.of(name), request).id();
        daemon.startContainer(id, StartOptions.DEFAULT);
        return id;
    }

    private CreateRequest request(Map<String, String> labels, Optional<HealthConfig> check, String... command) {
        return room.request(
                config -> {
                    config.labels(labels);
                    check.ifPresent(config::healthcheck);
                    return config;
                },
                host -> host.restartPolicy(new RestartPolicy("always", 0)),
                command);
    }

    private static List<Event> events(Engine engine, Instant since) {
        List<Event> events = new ArrayList<>();
        try {
            engine.events(new EventsOptions(Optional.of(since), Optional.of(Instant.now()), Map.of()), events::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return events;
    }

    private static int at(List<Event> events, String id, String action) {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).id().equals(id) && events.get(i).action().equals(action)) {
                return i;
            }
        }
        return -1;
    }

    @Test
    void eachComesAfterWhatItNeeds() throws Exception {
        long often = Duration.ofMillis(50).toNanos();
        HealthConfig check = new HealthConfig(
                List.of("CMD-SHELL", "test -e /ready"),
                often,
                Duration.ofMinutes(1).toNanos(),
                0,
                often,
                1000);
        // Names and ids say nothing of the order.
        String last = started("last", request(Map.of(AFTER, "middle,zero"), Optional.empty(), "sleep", "1000"));
        String middle = started("middle", request(Map.of(AFTER, "zero:healthy"), Optional.empty(), "sleep", "1000"));
        String first = started(
                "zero",
                request(
                        Map.of(),
                        Optional.of(check),
                        "sh",
                        "-c",
                        "rm -f /ready; sleep 1; touch /ready; exec sleep 1000"));
        String free = started("free", request(Map.of(AFTER, "nobody"), Optional.empty(), "sleep", "1000"));
        List<String> all = List.of(last, middle, first, free);
        for (String id : all) {
            daemon.stopContainer(id, AT_ONCE);
        }
        Instant since = Instant.now();
        Engine next = room.another();
        next.restore();
        assertThat(next.inspectContainer(last).state().status()).isEqualTo("restarting");
        EngineRoom.until(() -> all.stream().allMatch(id -> at(events(next, since), id, "start") >= 0));
        List<Event> told = events(next, since);
        int healthy = at(told, first, "health_status: healthy");
        assertThat(healthy).isGreaterThan(at(told, first, "start"));
        assertThat(at(told, middle, "start")).isGreaterThan(healthy);
        assertThat(at(told, last, "start")).isGreaterThan(at(told, middle, "start"));
        assertThat(at(told, free, "await")).isNegative();
        assertThat(told.get(at(told, middle, "await")).attributes())
                .containsEntry("for", "the health of zero (dev.estiba.start-after)");
        for (String id : all) {
            next.removeContainer(id, new RemoveOptions(true, false, false));
        }
    }

    /** Who waits can be stopped, and removed. */
    @Test
    void whoWaitsIsNotHeldToIt() throws Exception {
        HealthConfig never = new HealthConfig(
                List.of("CMD", "false"),
                Duration.ofMinutes(1).toNanos(),
                Duration.ofMinutes(1).toNanos(),
                0,
                Duration.ofMinutes(1).toNanos(),
                1000);
        String first = started("zero", request(Map.of(), Optional.of(never), "sleep", "1000"));
        String stopped = started("last", request(Map.of(AFTER, "zero:healthy"), Optional.empty(), "sleep", "1000"));
        String removed = started("beside", request(Map.of(AFTER, "zero:healthy"), Optional.empty(), "sleep", "1000"));
        for (String id : List.of(first, stopped, removed)) {
            daemon.stopContainer(id, AT_ONCE);
        }
        Engine next = room.another();
        next.restore();
        EngineRoom.until(() -> at(events(next, Instant.EPOCH), first, "start") >= 0);
        assertThat(next.inspectContainer(stopped).state().status()).isEqualTo("restarting");
        next.stopContainer(stopped, AT_ONCE);
        assertThat(next.inspectContainer(stopped).state().status()).isEqualTo("exited");
        next.startContainer(stopped, StartOptions.DEFAULT);
        assertThat(next.inspectContainer(stopped).state().status()).isEqualTo("running");
        next.removeContainer(removed, new RemoveOptions(true, false, false));
        for (String id : List.of(first, stopped)) {
            next.removeContainer(id, new RemoveOptions(true, false, false));
        }
    }
}

package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ContainerInspect;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.Event;
import dev.estiba.api.EventsOptions;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.RestartPolicy;
import dev.estiba.api.StartOptions;
import dev.estiba.api.StopOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine that stays: what ends is started again, what happens is told, and what an earlier one has left is gone on with. */
@Tag("kernel")
class EngineRestartKernelTest {
    private static final StopOptions AT_ONCE = new StopOptions("KILL", OptionalInt.empty());

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

    private CreateRequest request(String policy, int most, String... command) {
        return room.request(
                UnaryOperator.identity(), host -> host.restartPolicy(new RestartPolicy(policy, most)), command);
    }

    private String started(CreateRequest request) throws IOException {
        String id = daemon.createContainer(Optional.empty(), request).id();
        daemon.startContainer(id, StartOptions.DEFAULT);
        return id;
    }

    private static ContainerInspect look(Engine engine, String id) {
        try {
            return engine.inspectContainer(id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void until(String id, Predicate<ContainerInspect> condition) throws Exception {
        EngineRoom.until(() -> condition.test(look(daemon, id)));
    }

    @Test
    void whatAlwaysRunsIsStartedAgainUntilItIsStopped() throws Exception {
        String id = started(request("always", 0, "sh", "-c", "exit 3"));
        until(id, container -> container.restartCount() >= 2);
        daemon.stopContainer(id, AT_ONCE);
        until(id, container -> container.state().status().equals("exited"));
        int count = look(daemon, id).restartCount();
        Thread.sleep(500); // longer than the wait that was called off, of 200 or 400 ms
        assertThat(look(daemon, id).restartCount()).isEqualTo(count);
        assertThat(look(daemon, id).state().restarting()).isFalse();
    }

    @Test
    void whatWaitsForItsNextStartSaysSo() throws Exception {
        String id = started(request("always", 0, "sh", "-c", "exit 3"));
        until(id, container -> container.state().restarting());
        ContainerInspect waiting = look(daemon, id);
        if (waiting.state().restarting()) { // it may run by now
            assertThat(waiting.state().status()).isEqualTo("restarting");
            assertThat(waiting.state().running()).isTrue();
            assertThat(waiting.state().exitCode()).isEqualTo(3);
        }
    }

    @Test
    void aFailureIsTriedAgainAsOftenAsItIsAllowed() throws Exception {
        String id = started(request("on-failure", 2, "sh", "-c", "exit 5"));
        until(
                id,
                container -> container.restartCount() == 2
                        && container.state().status().equals("exited"));
        assertThat(look(daemon, id).state().exitCode()).isEqualTo(5);
    }

    @Test
    void aSuccessIsNoFailure() throws Exception {
        String id = started(request("on-failure", 0, "true"));
        until(id, container -> container.state().status().equals("exited"));
        assertThat(look(daemon, id).restartCount()).isZero();
    }

    @Test
    void oneThatWaitsCanBeRemovedByForceAlone() throws Exception {
        String id = started(request("always", 0, "sh", "-c", "exit 3"));
        until(id, container -> container.restartCount() >= 3);
        EngineRoom.until(() -> {
            if (!look(daemon, id).state().restarting()) {
                return false;
            }
            assertThatThrownBy(() -> daemon.removeContainer(id, new RemoveOptions(false, false, false)))
                    .hasMessageContaining("cannot remove container");
            return true;
        });
        daemon.removeContainer(id, new RemoveOptions(true, false, false));
        assertThat(EngineRoom.entries(room.paths().dataRoot().resolve("containers")))
                .isEmpty();
    }

    @Test
    void theNextOneStartsWhatIsToRunAndNotWhatWasStopped() throws Exception {
        String always = started(request("always", 0, "sleep", "1000"));
        String unlessStopped = started(request("unless-stopped", 0, "sleep", "1000"));
        String once = started(room.request("sleep", "1000"));
        for (String id : List.of(always, unlessStopped, once)) {
            daemon.stopContainer(id, AT_ONCE);
        }
        Engine next = room.another();
        next.restore();
        EngineRoom.until(() -> look(next, always).state().status().equals("running"));
        assertThat(look(next, unlessStopped).state().status()).isEqualTo("exited");
        assertThat(look(next, once).state().status()).isEqualTo("exited");
        next.removeContainer(always, new RemoveOptions(true, false, false));
    }

    @Test
    void whatAnotherProcessHasStartedIsFollowedToItsEnd() throws Exception {
        String ends = room.started(room.request("sleep", "1000"));
        String goes =
                room.started(room.request(UnaryOperator.identity(), host -> host.autoRemove(true), "sleep", "1000"));
        Engine next = room.another();
        next.restore();
        next.killContainer(ends, "KILL");
        next.killContainer(goes, "KILL");
        EngineRoom.until(() -> look(next, ends).state().exitCode() == 137);
        EngineRoom.until(() -> EngineRoom.entries(room.paths().dataRoot().resolve("containers"))
                .equals(List.of(ends)));
    }

    private static List<Event> events(Engine engine, EventsOptions options) throws IOException {
        List<Event> events = new ArrayList<>();
        engine.events(options, events::add);
        return events;
    }

    private static EventsOptions untilNow(Map<String, List<String>> filters) {
        return new EventsOptions(Optional.of(Instant.EPOCH), Optional.of(Instant.now()), filters);
    }

    @Test
    void whatHappensIsToldInItsOrderAlsoByTheNextOne() throws Exception {
        CreateRequest request = room.request(
                config -> config.labels(Map.of("colour", "blue")), host -> host.autoRemove(true), "sh", "-c", "exit 4");
        String id = started(request);
        EngineRoom.until(() -> EngineRoom.entries(room.paths().dataRoot().resolve("containers"))
                .isEmpty());
        List<Event> told = events(daemon, untilNow(Map.of("container", List.of(id))));
        assertThat(told).extracting(Event::action).containsExactly("create", "start", "die", "destroy");
        assertThat(told.get(2).attributes()).containsEntry("exitCode", "4").containsEntry("colour", "blue");
        assertThat(told).extracting(Event::timeNano).isSorted().doesNotHaveDuplicates();

        Engine next = room.another();
        next.restore();
        assertThat(events(next, untilNow(Map.of("label", List.of("colour=blue")))))
                .isEqualTo(told);
        Instant cursor = Instant.ofEpochSecond(0, told.get(2).timeNano());
        assertThat(events(next, new EventsOptions(Optional.of(cursor), Optional.of(Instant.now()), Map.of())))
                .isEqualTo(told.subList(2, 4));
    }

    @Test
    void oneThatDoesNotStayKnowsOfNoEventsAndTakesNoPolicies() {
        assertThatThrownBy(() -> room.engine.events(untilNow(Map.of()), event -> {}))
                .hasMessage("events need the daemon");
        assertThatThrownBy(() -> room.create(request("always", 0, "true")))
                .hasMessage("restart policies need the daemon (--restart always)");
    }
}

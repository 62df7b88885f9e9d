package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ContainerSummary;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.Event;
import dev.estiba.api.EventsOptions;
import dev.estiba.api.Health;
import dev.estiba.api.HealthConfig;
import dev.estiba.api.HealthcheckResult;
import dev.estiba.api.HostConfig;
import dev.estiba.api.ListOptions;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.RestartPolicy;
import dev.estiba.api.StartOptions;
import dev.estiba.api.StopOptions;
import dev.estiba.engine.health.UnhealthyRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine that stays asks its containers how they are. */
@Tag("kernel")
class EngineHealthKernelTest {
    private static final StopOptions AT_ONCE = new StopOptions("KILL", OptionalInt.empty());
    private static final Duration OFTEN = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofMinutes(10);

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

    private static HealthConfig check(Duration timeout, Duration startPeriod, String command) {
        return new HealthConfig(
                List.of("CMD-SHELL", command),
                OFTEN.toNanos(),
                timeout.toNanos(),
                startPeriod.toNanos(),
                OFTEN.toNanos(),
                2);
    }

    private static HealthConfig check(String command) {
        return check(LONG, Duration.ZERO, command);
    }

    private String started(HealthConfig check, UnaryOperator<HostConfig.Builder> host, String... command)
            throws IOException {
        CreateRequest request = room.request(config -> config.healthcheck(check), host, command);
        String id = daemon.createContainer(Optional.empty(), request).id();
        daemon.startContainer(id, StartOptions.DEFAULT);
        return id;
    }

    private String started(HealthConfig check) throws IOException {
        return started(check, UnaryOperator.identity(), "sleep", "1000");
    }

    private static Optional<Health> health(Engine engine, String id) {
        try {
            return engine.inspectContainer(id).state().health();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Health until(String id, Predicate<Health> condition) throws Exception {
        EngineRoom.until(() -> health(daemon, id).filter(condition).isPresent());
        return health(daemon, id).orElseThrow();
    }

    private Health until(String id, String status) throws Exception {
        return until(id, health -> health.status().equals(status));
    }

    private void execute(String id, String... command) throws Exception {
        daemon.startExec(
                        daemon.createExec(
                                id,
                                dev.estiba.api.ExecCreateRequest.builder()
                                        .attachStdout(true)
                                        .cmd(List.of(command))
                                        .build()),
                        new dev.estiba.api.ExecStartRequest(false, false, Optional.empty()))
                .next();
    }

    private List<String> told(String id) throws IOException {
        List<String> actions = new ArrayList<>();
        EventsOptions options = new EventsOptions(
                Optional.of(Instant.EPOCH), Optional.of(Instant.now()), Map.of("container", List.of(id)));
        daemon.events(options, (Event event) -> actions.add(event.action()));
        return actions;
    }

    /** What is known is written down a moment before it is told. */
    private void untilTold(String id, String action, int times) throws Exception {
        EngineRoom.until(() -> {
            try {
                return told(id).stream().filter(action::equals).count() == times;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private ContainerSummary listed(Map<String, List<String>> filters) throws IOException {
        List<ContainerSummary> found = daemon.listContainers(new ListOptions(true, 0, false, filters));
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    @Test
    void itIsHealthyAndThenItIsNot() throws Exception {
        String id = started(
                check("echo asked; test -e /well"), UnaryOperator.identity(), "sh", "-c", "echo > /well; sleep 1000");
        Health well = until(id, "healthy");
        assertThat(well.failingStreak()).isZero();
        HealthcheckResult answer = well.log().getLast();
        assertThat(answer.exitCode()).isZero();
        assertThat(answer.output()).isEqualTo("asked\n");
        assertThat(Instant.parse(answer.end())).isAfterOrEqualTo(Instant.parse(answer.start()));
        assertThat(listed(Map.of("health", List.of("healthy"))).status()).endsWith(" (healthy)");
        execute(id, "/bin/busybox", "rm", "/well");
        Health unwell = until(id, "unhealthy");
        assertThat(unwell.failingStreak()).isGreaterThanOrEqualTo(2);
        assertThat(unwell.log()).hasSizeLessThanOrEqualTo(5);
        assertThat(listed(Map.of("health", List.of("unhealthy"))).status()).endsWith(" (unhealthy)");
        untilTold(id, "health_status: unhealthy", 1);
        // A process's end is told by who watches it, its answer by who has asked.
        assertThat(told(id))
                .contains("exec_die")
                .containsSubsequence(
                        "start",
                        "exec_create: /bin/sh -c echo asked; test -e /well",
                        "exec_start: /bin/sh -c echo asked; test -e /well",
                        "health_status: healthy",
                        "health_status: unhealthy")
                .containsOnlyOnce("health_status: healthy", "health_status: unhealthy");
    }

    @Test
    void oneThatNobodyAsksHasNoHealth() throws Exception {
        String id = daemon.createContainer(Optional.empty(), room.request("sleep", "1000"))
                .id();
        daemon.startContainer(id, StartOptions.DEFAULT);
        assertThat(health(daemon, id)).isEmpty();
        assertThat(listed(Map.of("health", List.of("none"))).status()).doesNotContain("(");
        assertThat(room.paths().execRoot().resolve("containers").resolve(id).resolve("health"))
                .doesNotExist();
        String silenced = started(new HealthConfig(List.of("NONE"), 0, 0, 0, 0, 0));
        assertThat(health(daemon, silenced)).isEmpty();
    }

    @Test
    void failuresDuringItsStartAreNotCounted() throws Exception {
        String id = started(check(LONG, LONG, "test -e /well"));
        Health starting = until(id, health -> health.log().size() >= 3);
        assertThat(starting.status()).isEqualTo("starting");
        assertThat(starting.failingStreak()).isZero();
        assertThat(listed(Map.of("health", List.of("starting"))).status()).endsWith(" (health: starting)");
        execute(id, "touch", "/well");
        until(id, "healthy");
    }

    @Test
    void ofLongOutputTheBeginningIsKept() throws Exception {
        String id = started(check("head -c 100000 /dev/zero | /bin/busybox tr '\\0' x"));
        Health well = until(id, "healthy");
        assertThat(well.log().getLast().output()).isEqualTo("x".repeat(4096) + "...");
    }

    @Test
    void aProgramThatIsNotThereIsAFailure() throws Exception {
        String id = started(new HealthConfig(List.of("CMD", "/nosuch"), OFTEN.toNanos(), 0, 0, 0, 1));
        Health unwell = until(id, "unhealthy");
        assertThat(unwell.log().getLast().exitCode()).isEqualTo(-1);
        assertThat(unwell.log().getLast().output()).contains("exec failed").contains("/nosuch");
    }

    private static List<String> running(String id, String argument) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path each : processes
                    .filter(path -> path.getFileName().toString().matches("[0-9]+"))
                    .toList()) {
                try {
                    String line = Files.readString(each.resolve("cmdline")).replace('\0', ' ');
                    if (line.contains(argument)
                            && Files.readString(each.resolve("cgroup")).contains(id)) {
                        found.add(line);
                    }
                } catch (IOException e) {
                    continue; // it has ended
                }
            }
        }
        return found;
    }

    @Test
    void whatTakesTooLongIsEndedWithAllItsChildren() throws Exception {
        String id = started(check(
                Duration.ofMillis(300),
                Duration.ZERO,
                "echo began; (sleep 4711 & sleep 4711) & (sh -c 'sleep 4711' &) ; sleep 4711"));
        Health unwell = until(id, "unhealthy");
        assertThat(unwell.log().getFirst().exitCode()).isEqualTo(-1);
        assertThat(unwell.log().getFirst().output()).isEqualTo("Health check exceeded timeout (300ms): began\n");
        daemon.pauseContainer(id);
        EngineRoom.until(() -> {
            try {
                return running(id, "4711").isEmpty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        daemon.unpauseContainer(id);
        daemon.stopContainer(id, AT_ONCE);
    }

    @Test
    void whoIsPausedIsNotAsked() throws Exception {
        String id = started(check("true"));
        until(id, "healthy");
        daemon.pauseContainer(id);
        List<HealthcheckResult> log = health(daemon, id).orElseThrow().log();
        assertThat(listed(Map.of()).status()).endsWith(" (Paused)");
        Thread.sleep(4 * OFTEN.toMillis());
        assertThat(health(daemon, id).orElseThrow().log()).isEqualTo(log);
        daemon.unpauseContainer(id);
        until(id, health -> !health.log().equals(log) && health.status().equals("healthy"));
        untilTold(id, "unpause", 1);
        assertThat(told(id)).containsSubsequence("pause", "unpause");
    }

    @Test
    void theNextEngineGoesOnAskingAndEndsWhatTheFirstHasAsked() throws Exception {
        String id = started(
                check("test -e /slow && sleep 4712; test -e /well"),
                UnaryOperator.identity(),
                "sh",
                "-c",
                "echo > /well; sleep 1000");
        until(id, "healthy");
        Path engines = room.paths().execRoot();
        Engine next = room.another();
        execute(id, "touch", "/slow");
        EngineRoom.until(() -> {
            try {
                return Files.readString(engines.resolve("containers")
                                        .resolve(id)
                                        .resolve("health"))
                                .matches("(?s)[0-9]+ [0-9]+\n.*")
                        && !running(id, "4712").isEmpty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        execute(id, "/bin/busybox", "rm", "/slow");
        next.restore();
        EngineRoom.until(() -> {
            try {
                return running(id, "4712").isEmpty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(health(next, id).orElseThrow().log()).isNotEmpty();
        execute(id, "/bin/busybox", "rm", "/well");
        EngineRoom.until(() -> health(next, id).orElseThrow().status().equals("unhealthy"));
        next.removeContainer(id, new RemoveOptions(true, false, false));
    }

    @Test
    void theNextRunStartsAnew() throws Exception {
        String id = started(check("true"));
        until(id, "healthy");
        daemon.stopContainer(id, AT_ONCE);
        Health over = health(daemon, id).orElseThrow();
        assertThat(over.status()).isEqualTo("unhealthy"); // as dockerd says of who does not run
        assertThat(over.log()).isNotEmpty();
        daemon.startContainer(id, StartOptions.DEFAULT);
        until(id, "healthy");
        untilTold(id, "health_status: healthy", 2);
    }

    private static UnaryOperator<HostConfig.Builder> rule(String word) {
        return host -> host.annotations(Map.of(UnhealthyRule.ANNOTATION, word));
    }

    private String status(String id) {
        try {
            return daemon.inspectContainer(id).state().status();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int restarts(String id) {
        try {
            return daemon.inspectContainer(id).restartCount();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whoIsUnhealthyIsStartedAgainUntilSomebodyStopsIt() throws Exception {
        String id = started(
                check("test ! -e /ready"),
                host -> rule("restart").apply(host),
                "sh",
                "-c",
                "trap 'exit 7' TERM; echo > /ready; while :; do sleep 0.05; done");
        EngineRoom.until(() -> restarts(id) >= 2);
        assertThat(told(id)).containsSubsequence("health_status: unhealthy", "kill", "die", "start");
        daemon.stopContainer(id, AT_ONCE);
        EngineRoom.until(() -> status(id).equals("exited"));
        int count = restarts(id);
        Thread.sleep(500);
        assertThat(status(id)).isEqualTo("exited");
        assertThat(restarts(id)).isEqualTo(count);
    }

    @Test
    void whoIsUnhealthyIsStopped() throws Exception {
        String id = started(
                check("test ! -e /ready"),
                host -> rule("stop").apply(host).restartPolicy(new RestartPolicy("always", 0)),
                "sh",
                "-c",
                "trap 'exit 7' TERM; echo > /ready; while :; do sleep 0.05; done");
        EngineRoom.until(() -> status(id).equals("exited"));
        assertThat(daemon.inspectContainer(id).state().exitCode()).isEqualTo(7);
        assertThat(restarts(id)).isZero();
    }

    @Test
    void whoIsUnhealthyIsKilledAndItsPolicySaysWhatThen() throws Exception {
        String stays = started(check("false"), rule("kill"), "sleep", "1000");
        EngineRoom.until(() -> status(stays).equals("exited"));
        assertThat(daemon.inspectContainer(stays).state().exitCode()).isEqualTo(137);
        String again = started(
                check("false"),
                host -> rule("kill").apply(host).restartPolicy(new RestartPolicy("on-failure", 1)),
                "sleep",
                "1000");
        EngineRoom.until(() -> restarts(again) == 1 && status(again).equals("exited"));
    }

    @Test
    void oneThatDoesNotStayAsksNobody() {
        assertThatThrownBy(() -> room.create(
                        room.request(config -> config.healthcheck(check("true")), UnaryOperator.identity(), "true")))
                .hasMessage("health checks need the daemon (--health-cmd)");
    }
}

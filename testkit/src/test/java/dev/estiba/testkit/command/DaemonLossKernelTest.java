package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.linux.Pidfd;
import dev.estiba.linux.number.Signal;
import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** What the daemon says and does when a monitor is killed, when it is killed itself, and when the machine was started anew. */
@Tag("kernel")
@Isolated("what is promised is measured, on a machine with two processors")
class DaemonLossKernelTest {
    private static final boolean LONG = Boolean.getBoolean("estiba.long");

    /** What is promised in the long form; the short one has thirty times as long. */
    private static final Duration PROMISED = Duration.ofSeconds(1);

    @TempDir
    Path place;

    private ProductRoom room;

    @BeforeEach
    void open() throws Exception {
        room = ProductRoom.withDaemon(place);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        try {
            room.clear();
        } finally {
            room.abandon();
            room.close();
        }
    }

    private static Duration bound() {
        return LONG ? PROMISED : PROMISED.multipliedBy(30);
    }

    private Path run(String id) {
        return room.room().root().resolve("run/estiba/engine/containers").resolve(id);
    }

    private ProcessHandle monitor(String id) throws Exception {
        return ProcessHandle.of(Long.parseLong(
                        Files.readString(run(id).resolve("monitor")).split(" ")[0]))
                .orElseThrow();
    }

    private ProcessHandle daemon() throws Exception {
        return ProcessHandle.of(
                        Long.parseLong(Files.readString(room.room().root().resolve("var/lib/estiba/daemon.lock"))
                                .strip()))
                .orElseThrow();
    }

    private static void end(ProcessHandle process) throws Exception {
        CommandRoom.signal(process, "KILL");
        process.onExit().get(60, TimeUnit.SECONDS);
    }

    private String log() throws IOException {
        return Files.readString(room.room().root().resolve("run/estiba/daemon.log"));
    }

    private String asked(String id, String template) {
        try {
            return room.asked(id, template);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Every process of a container, by its group. */
    private static List<Long> members(String id) throws IOException {
        List<Long> pids = new ArrayList<>();
        for (String hierarchy : List.of("pids", "unified", "")) {
            Path group = Path.of("/sys/fs/cgroup", hierarchy, "estiba", id, "cgroup.procs");
            if (Files.isReadable(group)) {
                Files.readAllLines(group).forEach(line -> pids.add(Long.valueOf(line)));
            }
        }
        return pids;
    }

    private void lose(String id) throws Exception {
        List<Long> members = members(id);
        assertThat(members).hasSizeGreaterThan(1);
        Instant before = Instant.now();
        CommandRoom.signal(monitor(id), "KILL");
        CommandRoom.until(
                "that all of it has ended",
                () -> members.stream()
                        .noneMatch(
                                pid -> CommandRoom.state(ProcessHandle.of(pid).orElse(ProcessHandle.current())) != 'Z'
                                        && ProcessHandle.of(pid).isPresent()));
        Duration took = Duration.between(before, Instant.now());
        System.out.println("DaemonLossKernelTest: a lost monitor was seen after " + took.toMillis() + " ms");
        assertThat(took).isLessThan(bound());
    }

    private static final String[] TWO = {"sh", "-c", "sleep 1000 & exec sleep 1001"};

    /** moby #43491: killing the shim leaves "running". What the monitor was the parent of is ended, and that is said everywhere. */
    @Test
    void aMonitorThatWasKilledIsSeenAtOnceAndSaid() throws Exception {
        for (List<String> options : List.of(List.<String>of(), List.of("--pid", "host"))) {
            List<String> all = new ArrayList<>(List.of("--name", "orphan"));
            all.addAll(options);
            String id = room.detached(all, TWO);
            Process waiting = room.room().begin("exec \"$@\"", "wait", id);
            lose(id);
            assertThat(CommandRoom.end(waiting).output()).isEqualTo("137\n");
            assertThat(asked(id, "{{.State.Status}} {{.State.ExitCode}} {{.State.Error}}"))
                    .isEqualTo("exited 137 monitor-lost: its monitor was killed");
            assertThat(room.call("ps", "-a", "--format", "{{.Status}}").output())
                    .startsWith("Exited (137)");
            assertThat(log()).contains("container " + id + ": its monitor was killed; what ran in it was ended");
            assertThat(events(id))
                    .contains(" container die " + id)
                    .contains("exitCode=137")
                    .contains("error=monitor-lost: its monitor was killed");
            assertThat(room.call("start", id).status()).isZero();
            assertThat(room.call("rm", "-f", id).status()).isZero();
            room.leavesNothing();
        }
    }

    private String events(String id) throws Exception {
        String until = Long.toString(Instant.now().getEpochSecond() + 1);
        Ended events = room.call("events", "--since", "1h", "--until", until, "--filter", "container=" + id);
        assertThat(events.status()).as(events.error()).isZero();
        return events.output();
    }

    @Test
    void oneOfRmGoesWithItsMonitorAndOneOfAPolicyIsStartedAgain() throws Exception {
        String goes = room.detached(List.of("--rm"), TWO);
        lose(goes);
        CommandRoom.until("that it is removed", () -> !Files.exists(run(goes)));
        String again = room.detached(List.of("--restart", "always", "--name", "again"), TWO);
        lose(again);
        CommandRoom.until(
                "its second start",
                () -> asked(again, "{{.State.Status}} {{.RestartCount}}").equals("running 1"));
    }

    /** Nobody was there to see it, neither its monitor nor the daemon. */
    @Test
    void aMonitorThatWasKilledWhileThereWasNoDaemonIsSaidByTheNextOne() throws Exception {
        String id = room.detached(List.of("--name", "orphan"), TWO);
        String ends = room.detached(List.of("--name", "ends"), "sh", "-c", "sleep 1; exit 9");
        end(daemon());
        end(monitor(id));
        CommandRoom.until(
                "the other one's last words", () -> Files.exists(run(ends).resolve("exit")));
        Ended next = room.call("ps", "-a", "--format", "{{.Names}} {{.State}}");
        assertThat(next.error()).isEqualTo(ProductRoom.BORN);
        assertThat(next.output().lines()).containsExactlyInAnyOrder("orphan exited", "ends exited");
        assertThat(asked(ends, "{{.State.ExitCode}}")).isEqualTo("9");
        assertThat(events(id)).contains(" container die " + id).contains("monitor-lost");
        assertThat(events(ends)).contains(" container die " + ends).contains("exitCode=9");
        CommandRoom.until("that nothing of it runs", () -> isEmpty(id));
    }

    private static boolean isEmpty(String id) {
        try {
            return members(id).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    /** Until it answers again, whoever calls first has to start it; with twenty containers that it has to find (three in the short form). */
    @Test
    void theNextDaemonAnswersAtOnce() throws Exception {
        int many = LONG ? 20 : 3;
        for (int i = 0; i < many; i++) {
            room.detached(List.of(), "sleep", "1000");
        }
        int rounds = LONG ? 20 : 1;
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            ProcessHandle daemon = daemon();
            long killed = System.nanoTime();
            // Not by the JDK, which asks every third of a second whether what is not its child has ended.
            try (Pidfd process = Pidfd.open((int) daemon.pid())) {
                process.signal(Signal.KILL);
                assertThat(process.awaitEnd(Duration.ofSeconds(60))).isTrue();
            }
            Ended answer = room.call("ps", "-q");
            times.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed));
            assertThat(answer.error()).isEqualTo(ProductRoom.BORN);
            assertThat(answer.output()).hasLineCount(many);
        }
        System.out.println("DaemonLossKernelTest: answered after kill -9 within (ms) "
                + times.stream().sorted().toList());
        assertThat(times).allSatisfy(time -> assertThat(time).isLessThan(bound().toMillis()));
    }

    /** As a machine is when it was started anew, but that the exec root is on a disk, which is the worse case. */
    private void startMachineAnew(List<String> containers) throws Exception {
        end(daemon());
        for (String id : containers) {
            List<Long> members = members(id);
            if (!members.isEmpty()) {
                monitor(id).destroyForcibly();
                members.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
            }
        }
        for (ProcessHandle jvm : room.room().jvms()) {
            end(jvm);
        }
        for (String id : containers) {
            CommandRoom.until("that nothing of it runs", () -> isEmpty(id));
            removeGroups(id);
        }
        Path id = place.resolve("boot-id");
        Files.writeString(id, UUID.randomUUID() + "\n");
        String script = "for each in $(ip -o link show | grep -o 'est-[^:@]*'); do ip link del $each; done; "
                + "exec mount --bind " + id + " /proc/sys/kernel/random/boot_id";
        Ended bound = room.room().callFrom(script);
        assertThat(bound.status()).as(bound.error()).isZero();
    }

    private static void removeGroups(String id) throws Exception {
        try (DirectoryStream<Path> hierarchies = Files.newDirectoryStream(Path.of("/sys/fs/cgroup"))) {
            for (Path hierarchy : hierarchies) {
                Path group = hierarchy.resolve("estiba").resolve(id);
                if (Files.isDirectory(group)) {
                    CommandRoom.until("the end of " + group, () -> isRemoved(group));
                }
            }
        }
    }

    private static boolean isRemoved(Path group) {
        try (Stream<Path> below = Files.walk(group)) {
            for (Path each : below.filter(Files::isDirectory)
                    .sorted(Comparator.reverseOrder())
                    .toList()) {
                Files.delete(each);
            }
            return true;
        } catch (IOException busy) {
            return false;
        }
    }

    @Test
    void afterTheMachineWasStartedAnewNothingIsSaidToRunThatDoesNot() throws Exception {
        Map<String, String> ids = new TreeMap<>();
        for (String policy : List.of("no", "always", "unless-stopped", "on-failure")) {
            for (String state : List.of("running", "stopped")) {
                String name = policy + "-" + state;
                String id = room.detached(List.of("--name", name, "--restart", policy), "sleep", "1000");
                ids.put(name, id);
                if (state.equals("stopped")) {
                    assertThat(room.call("stop", "-t", "0", name).status()).isZero();
                }
            }
        }
        ids.put("failed", room.detached(List.of("--name", "failed"), "sh", "-c", "exit 3"));
        assertThat(room.call("wait", "failed").output()).isEqualTo("3\n");
        ids.put("goes", room.detached(List.of("--name", "goes", "--rm"), "sleep", "1000"));
        Ended created = room.call("create", "--network", "none", "--name", "created", room.image(), "true");
        ids.put("created", created.output().strip());
        // Its number is another process' by now, which was even started in the same moment.
        Path monitor = run(ids.get("no-running")).resolve("monitor");
        startMachineAnew(List.copyOf(ids.values()));
        String stat = Files.readString(Path.of("/proc/" + room.room().holder() + "/stat"));
        String start = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];
        Files.writeString(monitor, room.room().holder() + " " + start + "\n", StandardCharsets.US_ASCII);

        Ended all = room.call("ps", "-a", "--format", "{{.Names}}");
        assertThat(all.error()).isEqualTo(ProductRoom.BORN);
        assertThat(all.output().lines())
                .containsExactlyInAnyOrder(ids.keySet().stream()
                        .filter(name -> !name.equals("goes"))
                        .toArray(String[]::new));
        String state = "{{.State.Status}} {{.State.ExitCode}}";
        for (String name : List.of(
                "always-running",
                "always-stopped",
                "unless-stopped-running",
                "on-failure-running",
                "on-failure-stopped")) {
            CommandRoom.until("the start of " + name, () -> asked(name, state).equals("running 0"));
        }
        assertThat(asked("no-running", state + " {{.State.Error}}"))
                .isEqualTo("exited 255 the machine was started anew");
        assertThat(asked("no-stopped", state)).isEqualTo("exited 137");
        assertThat(asked("unless-stopped-stopped", state)).isEqualTo("exited 137");
        assertThat(asked("failed", state)).isEqualTo("exited 3");
        assertThat(asked("created", state)).isEqualTo("created 0");
        assertThat(Files.exists(run(ids.get("goes")))).isFalse();
        assertThat(Files.exists(room.room().root().resolve("run/estiba/engine/runtime/" + ids.get("no-running"))))
                .isFalse();
        assertThat(events(ids.get("no-running"))).contains(" container die ").contains("exitCode=255");
    }
}

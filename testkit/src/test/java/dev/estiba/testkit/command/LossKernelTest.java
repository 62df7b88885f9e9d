package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What goes on when the command, its JVM or a monitor is killed, and which signals are whose. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LossKernelTest {
    private static final String LOOP = "; echo ready; while :; do sleep 0.05; done";

    private ProductRoom room;

    @BeforeAll
    void open(@TempDir Path place) throws IOException {
        room = ProductRoom.open(place);
    }

    @AfterEach
    void leavesNothing() throws IOException, InterruptedException {
        room.clear();
    }

    @AfterAll
    void close() throws IOException, InterruptedException {
        if (room != null) {
            room.close();
        }
    }

    /** A call in the foreground whose container has said ready. */
    private Process waiting(List<String> options, String script) throws IOException {
        Process call = room.begin(options, "sh", "-c", script + LOOP);
        BufferedReader out = call.inputReader(StandardCharsets.UTF_8);
        String line = out.readLine();
        assertThat(line).as("instead of ready").isEqualTo("ready");
        return call;
    }

    @Test
    void signalsForTheCommandAreTheContainers() throws Exception {
        for (String signal : List.of("TERM", "INT", "USR1", "HUP")) {
            Process call = waiting(List.of("--rm"), "trap 'exit 21' " + signal);
            CommandRoom.signal(call.toHandle(), signal);
            assertThat(call.waitFor()).as(signal).isEqualTo(21);
        }
    }

    @Test
    void withoutTheProxyTheyEndTheCommandAlone() throws Exception {
        for (String signal : List.of("TERM", "INT")) {
            String name = "deaf-" + signal.toLowerCase(Locale.ROOT);
            Process call = waiting(List.of("--sig-proxy=false", "--name", name), "trap 'exit 21' " + signal);
            CommandRoom.signal(call.toHandle(), signal);
            assertThat(call.waitFor()).isEqualTo(signal.equals("TERM") ? 143 : 130);
            assertThat(room.asked(name, "{{.State.Status}}")).isEqualTo("running");
        }
    }

    @Test
    void aSignalEndsAnExecsCommandAndNotItsProcess() throws Exception {
        String id = room.detached(List.of(), "sleep", "1000");
        Process exec = room.room().begin("exec \"$@\"", "exec", id, "sh", "-c", "echo ready; exec sleep 999");
        assertThat(exec.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("ready");
        CommandRoom.signal(exec.toHandle(), "INT");
        assertThat(exec.waitFor(20, TimeUnit.SECONDS)).as("it ends").isTrue();
        assertThat(exec.exitValue()).isEqualTo(130);
        assertThat(room.call("top", id).output()).contains("sleep 999");
    }

    @Test
    void whoKillsTheCommandCanAttachAgain() throws Exception {
        Process call = room.begin(List.of("-i", "--name", "alive"), "sh", "-c", "echo ready; cat; echo last; exit 5");
        assertThat(call.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("ready");
        call.destroyForcibly().waitFor();
        // Its stdin is closed with the first client that had one (StdinOnce), as with Docker's: cat ends.
        assertThat(room.call("wait", "alive").output()).isEqualTo("5\n");
        Process other = waiting(List.of("--name", "other"), "trap 'echo told; exit 6' TERM");
        other.destroyForcibly().waitFor();
        assertThat(room.asked("other", "{{.State.Status}}")).isEqualTo("running");
        Process attached = room.room().begin("exec \"$@\"", "attach", "other");
        CommandRoom.until("that it is attached", () -> isAttached("other", attached));
        assertThat(CommandRoom.end(attached)).isEqualTo(new Ended(6, "told\n", ""));
        assertThat(room.call("logs", "other").output()).isEqualTo("ready\ntold\n");
    }

    /** Signals reach who is attached and has been found by the JVM; asked with one that does nothing. */
    private static boolean isAttached(String name, Process attached) {
        try {
            Thread.sleep(300);
            CommandRoom.signal(attached.toHandle(), "TERM");
            return true;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(name, e);
        }
    }

    /** Between the look at a container and the call to its monitor it may end. */
    @Test
    void whoWaitsWhileTheMonitorTakesNoMoreCallsHearsTheEnd() throws Exception {
        String id = room.detached(List.of("--name", "ending"), "sh", "-c", "sleep 2; exit 5");
        ProcessHandle jvm = room.room().onlyJvm();
        CommandRoom.signal(jvm, "KILL"); // it has called the monitor already
        CommandRoom.until("its end", () -> CommandRoom.state(jvm) == 'Z');
        try (Stream<Path> files = Files.walk(room.room().root().resolve("run/estiba"))) {
            List<Path> sockets =
                    files.filter(file -> file.endsWith("attach.sock")).toList();
            assertThat(sockets).singleElement().asString().contains(id);
            Files.delete(sockets.getFirst());
        }
        assertThat(room.call("wait", "ending")).isEqualTo(new Ended(0, "5\n", ""));
        assertThat(room.call("wait", "ending")).isEqualTo(new Ended(0, "5\n", ""));
    }

    @Test
    void theContainerAndItsLogOutliveTheJvm() throws Exception {
        String id = room.detached(
                List.of("--name", "steady"), "sh", "-c", "i=0; while :; do i=$((i+1)); echo $i; sleep 0.01; done");
        CommandRoom.until("ten lines", () -> lines("steady") >= 10);
        ProcessHandle jvm = room.room().onlyJvm();
        CommandRoom.signal(jvm, "KILL");
        CommandRoom.until("its end", () -> CommandRoom.state(jvm) == 'Z');
        Thread.sleep(200);
        assertThat(room.call("ps", "--no-trunc", "-q").output()).isEqualTo(id + "\n");
        assertThat(room.call("exec", "steady", "sh", "-c", "exit 8").status()).isEqualTo(8);
        assertThat(room.call("stop", "-t", "0", "steady").status()).isZero();
        assertThat(room.asked(id, "{{.State.Status}} {{.State.ExitCode}}")).isEqualTo("exited 137");
        List<String> all = room.call("logs", id).output().lines().toList();
        assertThat(all).hasSizeGreaterThan(20);
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i)).isEqualTo(Integer.toString(i + 1));
        }
    }

    private int lines(String name) {
        try {
            return (int) room.call("logs", name).output().lines().count();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void killJvm() throws Exception {
        ProcessHandle jvm = room.room().onlyJvm();
        CommandRoom.signal(jvm, "KILL");
        CommandRoom.until("its end", () -> CommandRoom.state(jvm) == 'Z');
    }

    @Test
    void howAContainerEndedWhileThereWasNoJvmIsKnown() throws Exception {
        Path gate = Files.createDirectories(room.place().resolve("gate"));
        String id = room.detached(
                List.of("-v", gate + ":/gate:ro"),
                "sh",
                "-c",
                "while [ ! -e /gate/open ]; do sleep 0.01; done; echo last; exit 33");
        killJvm();
        Files.createFile(gate.resolve("open"));
        Path exit = room.room()
                .root()
                .resolve("run/estiba/engine/containers")
                .resolve(id)
                .resolve("exit");
        CommandRoom.until("the monitor's last words", () -> Files.exists(exit));
        assertThat(room.asked(id, "{{.State.Status}} {{.State.ExitCode}}")).isEqualTo("exited 33");
        assertThat(room.call("wait", id).output()).isEqualTo("33\n");
        assertThat(room.call("logs", id).output()).isEqualTo("last\n");
        assertThat(room.call("ps", "-a", "--format", "{{.Status}}").output()).startsWith("Exited (33)");
        assertThat(room.call("rm", id).status()).isZero();
    }

    /** Nobody was there to remove it when it ended: whoever comes next does. */
    @Test
    void withRmItIsRemovedAlthoughItsJvmWasKilled() throws Exception {
        Path gate = Files.createDirectories(room.place().resolve("gate2"));
        String id = room.detached(
                List.of("--rm", "-v", gate + ":/gate:ro"),
                "sh",
                "-c",
                "while [ ! -e /gate/open ]; do sleep 0.01; done");
        killJvm();
        Files.createFile(gate.resolve("open"));
        Path exit = room.room()
                .root()
                .resolve("run/estiba/engine/containers")
                .resolve(id)
                .resolve("exit");
        CommandRoom.until("the monitor's last words", () -> Files.exists(exit));
        room.call("ps");
        room.leavesNothing();
    }

    @Test
    void withRmItIsRemovedByTheJvmThatFoundItRunning() throws Exception {
        String id = room.detached(List.of("--rm"), "sleep", "1000");
        killJvm();
        assertThat(room.call("ps", "-q", "--no-trunc").output()).isEqualTo(id + "\n");
        assertThat(room.call("stop", "-t", "0", id).status()).isZero();
        room.leavesNothing();
    }

    @Test
    void whoWaitsIsToldThatItWasKilledByWhoRemovedIt() throws Exception {
        for (List<String> options : List.of(List.of("--rm", "--name", "prey"), List.of("--name", "prey"))) {
            Process call = waiting(options, "true");
            assertThat(room.call("rm", "-f", "prey").status()).isZero();
            assertThat(call.waitFor()).isEqualTo(137);
        }
    }

    @Test
    void aMonitorThatWasKilledIsSaidToBeLost() throws Exception {
        String id = room.detached(List.of("--name", "orphan"), "sleep", "1000");
        String pid = room.asked(id, "{{.State.Pid}}");
        Process waiting = room.room().begin("exec \"$@\"", "wait", id);
        Path words = room.room()
                .root()
                .resolve("run/estiba/engine/containers")
                .resolve(id)
                .resolve("monitor");
        String monitor = Files.readString(words).split(" ")[0];
        CommandRoom.signal(ProcessHandle.of(Long.parseLong(monitor)).orElseThrow(), "KILL");
        Ended waited = CommandRoom.end(waiting);
        assertThat(waited.output()).isEqualTo("137\n");
        CommandRoom.until("the end of what it watched", () -> !Files.exists(Path.of("/proc", pid)));
        assertThat(room.asked(id, "{{.State.Status}} {{.State.ExitCode}} {{.State.Error}}"))
                .isEqualTo("exited 137 monitor-lost: its monitor was killed");
        assertThat(room.call("ps", "-a", "--format", "{{.Status}}").output()).startsWith("Exited (137)");
        assertThat(room.call("start", id).status()).isZero();
        assertThat(room.asked(id, "{{.State.Status}}")).isEqualTo("running");
    }

    @Test
    void anExecsMonitorThatWasKilledIsAnEndToo() throws Exception {
        String id = room.detached(List.of(), "sleep", "1000");
        Process exec = room.room().begin("exec \"$@\"", "exec", id, "sh", "-c", "echo ready; exec sleep 999");
        BufferedReader out = exec.inputReader(StandardCharsets.UTF_8);
        assertThat(out.readLine()).isEqualTo("ready");
        ProcessHandle monitor = ProcessHandle.allProcesses()
                .filter(process -> isExecMonitor(process.pid()))
                .findFirst()
                .orElseThrow();
        CommandRoom.signal(monitor, "KILL");
        assertThat(CommandRoom.end(exec).status()).isEqualTo(137);
        assertThat(room.asked(id, "{{.State.Status}}")).isEqualTo("running");
        assertThat(room.call("exec", id, "sh", "-c", "exit 3").status()).isEqualTo(3);
    }

    /** Of this room: its parent namespace's /run is ours. */
    private boolean isExecMonitor(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1)
                            .startsWith("estiba-exec ")
                    && Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/mnt"))
                            .equals(Files.readSymbolicLink(
                                    Path.of("/proc/" + room.room().holder() + "/ns/mnt")));
        } catch (IOException gone) {
            return false;
        }
    }
}

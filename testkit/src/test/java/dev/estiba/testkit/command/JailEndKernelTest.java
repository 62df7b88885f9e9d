package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Answers;
import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A jail that begins, is paused or ends, and the further processes in it: none is left, and none gets in before or after. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JailEndKernelTest {
    private JailRoom jails;
    private ProductRoom room;

    @BeforeAll
    void open(@TempDir Path place) throws IOException {
        jails = JailRoom.open(place);
        room = jails.room();
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

    @Test
    void itEndsWithTheFirst() throws Exception {
        String id = jails.jail("sh", "-c", "trap 'exit 3' TERM; while :; do sleep 0.1; done");
        jails.said("exec", "-d", id, "sh", "-c", "trap '' TERM HUP INT; sleep 1000; sleep 1000");
        jails.said("exec", "-d", "-u", "mate", id, "sleep", "1000");
        assertThat(Answers.parse(jails.said("exec", id, "probe", "orphan", "1000"))
                        .of("orphan")
                        .flag("ok"))
                .isTrue();
        Process watched = room.room().begin("exec \"$@\"", "exec", id, "sh", "-c", "echo there; exec sleep 1000");
        assertThat(watched.inputReader().readLine()).isEqualTo("there");
        List<String> all = JailRoom.processes(id);
        assertThat(all).hasSizeGreaterThanOrEqualTo(6);
        jails.said("stop", id);
        assertThat(room.asked(id, "{{.State.ExitCode}}")).isEqualTo("3");
        assertThat(watched.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(watched.exitValue()).isEqualTo(137);
        CommandRoom.until("their end", () -> all.stream().noneMatch(JailEndKernelTest::lives));
        CommandRoom.until("its groups' end", () -> !Files.exists(Path.of("/sys/fs/cgroup/freezer/estiba", id)));
    }

    private static boolean lives(String pid) {
        return Files.exists(Path.of("/proc", pid));
    }

    /** One round of kills does not find what is born meanwhile. */
    @Test
    void whoMakesChildrenAsFastAsItCanEndsAsWell() throws Exception {
        // Room enough: a shell that cannot fork ends.
        String id = jails.made(jails.words("run", List.of("-d", "--pids-limit", "1000"), "sleep", "1000"));
        for (int i = 0; i < 3; i++) {
            jails.said(
                    "exec", "-d", id, "sh", "-c", "while :; do (sh -c 'sleep 0.05; sleep 0.05' &) ; done 2>/dev/null");
        }
        CommandRoom.until("a crowd", () -> crowd(id) > 10);
        jails.said("kill", id);
        CommandRoom.until("its groups' end", () -> !Files.exists(Path.of("/sys/fs/cgroup/freezer/estiba", id)));
    }

    private static int crowd(String id) {
        try {
            return JailRoom.processes(id).size();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void oneThatIsForcedAwayTakesItAlong() throws Exception {
        String id = jails.jail("sleep", "1000");
        jails.said("exec", "-d", id, "sleep", "1000");
        String other = jails.other(id);
        jails.said("pause", id);
        jails.said("rm", "-f", id);
        CommandRoom.until("its end", () -> !lives(other));
    }

    @Test
    void oneThatIsPausedOrHasEndedIsRefused() throws Exception {
        String id = jails.made(jails.words("create", List.of("--name", "berth"), "sleep", "1000"));
        String stopped = "container " + id + " is not running";
        jails.refused(stopped, 1, "exec", "berth", "true");
        jails.said("start", "berth");
        jails.said("exec", "-d", id, "sleep", "1000");
        String other = jails.other(id);
        jails.said("pause", "berth");
        jails.refused("Container berth is paused, unpause the container before exec", 1, "exec", "berth", "true");
        assertThat(Files.readString(Path.of("/sys/fs/cgroup/freezer/estiba", id, "freezer.state")))
                .isEqualTo("FROZEN\n");
        assertThat(Files.readString(Path.of("/proc", other, "cgroup"))).contains("freezer:/estiba/" + id);
        jails.said("unpause", "berth");
        assertThat(jails.status("exec", "berth", "true")).isZero();
        jails.said("kill", "berth");
        jails.said("wait", "berth");
        jails.refused(stopped, 1, "exec", "berth", "true");
    }

    /** A start holds both: the engine's, until it is written down, and the runtime's, until the program runs. */
    @ParameterizedTest
    @ValueSource(strings = {"var/lib/estiba/containers", "run/estiba/engine/runtime"})
    void itWaitsForTheEndOfAStart(String directory) throws Exception {
        String id = jails.jail("sleep", "1000");
        Path locked = room.room().root().resolve(directory).resolve(id);
        Process start = new ProcessBuilder("flock", locked.toString(), "sh", "-c", "echo locked; exec cat").start();
        try {
            assertThat(start.inputReader().readLine()).isEqualTo("locked");
            Process exec = room.room().begin("exec \"$@\"", "exec", id, "echo", "in");
            assertThat(exec.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();
            assertThat(JailRoom.processes(id)).containsExactly(jails.first(id));
            start.getOutputStream().close();
            assertThat(CommandRoom.end(exec)).isEqualTo(new Ended(0, "in\n", ""));
        } finally {
            start.destroyForcibly().waitFor();
        }
    }

    /** Until its first process has called chroot(2), /proc/PID/root of it is the host's; when it ends, it has none. */
    @Test
    void whileItStartsAndEndsItIsInTheJailOrNotAtAll() throws Exception {
        int rounds = Boolean.getBoolean("estiba.long") ? 200 : 12;
        String many =
                "for n in 1 2 3 4 5 6; do \"$@\" exec quick sh -c '[ -e /usr ] && echo outside; echo in' 2>/dev/null;"
                        + " \"$@\" exec -d quick sleep 54321 2>/dev/null; done; true";
        for (int i = 0; i < rounds; i++) {
            String id = jails.made(jails.words("create", List.of("--name", "quick"), "sleep", "0.0" + i % 10));
            Process first = room.room().begin(many);
            Process second = room.room().begin(many);
            jails.said("start", "quick");
            String heard =
                    CommandRoom.end(first).output() + CommandRoom.end(second).output();
            assertThat(heard).doesNotContain("outside");
            jails.said("wait", "quick");
            jails.said("rm", "quick");
            CommandRoom.until("its groups' end", () -> !Files.exists(Path.of("/sys/fs/cgroup/freezer/estiba", id)));
            assertThat(Files.exists(Path.of("/sys/fs/cgroup/pids/estiba", id))).isFalse();
        }
    }
}

package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Several callers at once, and callers from elsewhere. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrowdKernelTest {
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

    @Test
    void twentyAtOnceAllRunAndLeaveNothing() throws Exception {
        List<Process> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Path cidfile = room.place().resolve("cid" + i);
            calls.add(room.begin(
                    List.of("--rm", "--name", "crew" + i, "--cidfile", cidfile.toString()),
                    "sh",
                    "-c",
                    "echo hand " + i + "; exit " + i));
        }
        for (int i = 0; i < calls.size(); i++) {
            assertThat(CommandRoom.end(calls.get(i))).isEqualTo(new Ended(i, "hand " + i + "\n", ""));
        }
        for (int i = 0; i < calls.size(); i++) {
            room.know(Files.readString(room.place().resolve("cid" + i)));
        }
        assertThat(room.call("ps", "-aq").output()).isEmpty();
        room.leavesNothing();
    }

    @Test
    void oneNameForTwentyIsOneContainers() throws Exception {
        List<Process> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            calls.add(room.begin(List.of("-d", "--name", "captain"), "sleep", "1000"));
        }
        int made = 0;
        for (Process call : calls) {
            Ended ended = CommandRoom.end(call);
            if (ended.status() == 0) {
                made++;
                room.know(ended.output());
            } else {
                assertThat(ended.error()).contains("\"/captain\" is already in use");
                assertThat(ended.status()).isEqualTo(125);
            }
        }
        assertThat(made).isEqualTo(1);
        assertThat(room.call("ps", "-aq").output().lines().count()).isEqualTo(1);
    }

    @Test
    void tenExecsAtOnceEachHaveTheirOwnOutputAndStatus() throws Exception {
        String id = room.detached(List.of(), "sleep", "1000");
        List<Process> calls = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            calls.add(room.room().begin("exec \"$@\"", "exec", id, "sh", "-c", "echo " + i + "; exit " + i));
        }
        for (int i = 0; i < calls.size(); i++) {
            assertThat(CommandRoom.end(calls.get(i))).isEqualTo(new Ended(i, i + "\n", ""));
        }
        assertThat(room.call("top", id).output().lines().count())
                .as("its heading and one process")
                .isEqualTo(2);
    }

    @Test
    void whoRemovesWhileOthersStartAndStopLeavesNothing() throws Exception {
        String id = room.detached(List.of("--name", "busy"), "sleep", "1000");
        List<Process> calls = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            calls.add(room.room().begin("exec \"$@\"", "restart", "-t", "0", id));
            calls.add(room.room().begin("exec \"$@\"", "kill", id));
            calls.add(room.room().begin("exec \"$@\"", "rm", "-f", id));
            calls.add(room.room().begin("exec \"$@\"", "ps", "-a"));
            calls.add(room.room().begin("exec \"$@\"", "inspect", id));
        }
        for (Process call : calls) {
            Ended ended = CommandRoom.end(call);
            assertThat(ended.status()).as(ended.error()).isIn(0, 1);
            assertThat(ended.error()).doesNotContain("Exception", "at dev.estiba");
        }
        room.call("rm", "-f", id);
        room.leavesNothing();
        assertThat(room.room().log()).as("what the JVM complained of").isEmpty();
    }

    /** The same words would mean other mounts there: the call has a JVM of its own, and its engine the same directories. */
    @Test
    void aCallerInAMountNamespaceOfItsOwnRunsCold() throws Exception {
        Ended call = room.ranFrom("exec unshare -m \"$@\"", List.of("--rm"), "sh", "-c", "echo inside; exit 6");
        assertThat(call).isEqualTo(new Ended(6, "inside\n", ""));
        String there = "mount -t tmpfs tmpfs '" + room.place().resolve("image") + "' && exec \"$@\"";
        Ended empty = room.ranFrom(
                "exec unshare -m sh -c '" + there.replace("'", "'\\''") + "' sh \"$@\"", List.of("--rm"), "true");
        assertThat(empty.status())
                .as("its own view of the image: an empty directory")
                .isEqualTo(127);
        assertThat(room.ran(List.of("--rm"), "true").status()).isZero();
    }

    @Test
    void whatAColdCallLeftRunningTheResidentFinds() throws Exception {
        room.call("ps");
        Ended cold = room.ranFrom(
                "exec unshare -m \"$@\"", List.of("-d", "--name", "cold"), "sh", "-c", "echo said; exec sleep 1000");
        assertThat(cold.status()).as(cold.error()).isZero();
        room.know(cold.output());
        CommandRoom.until(
                "that the call's own JVM is gone", () -> room.room().jvms().size() == 1);
        assertThat(room.call("logs", "cold").output()).isEqualTo("said\n");
        assertThat(room.call("exec", "cold", "sh", "-c", "exit 9").status()).isEqualTo(9);
        assertThat(room.call("stop", "-t", "0", "cold").status()).isZero();
        assertThat(room.asked("cold", "{{.State.ExitCode}}")).isEqualTo("137");
    }
}

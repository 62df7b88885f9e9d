package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.JsonObject;
import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A container in the background and what is done to it: each verb's effect is seen by another one, or in the kernel. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LifeKernelTest {
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

    private String status(String id) throws Exception {
        return room.asked(id, "{{.State.Status}}");
    }

    @Test
    void runsInTheBackgroundAndIsListed() throws Exception {
        String id = room.detached(List.of("--name", "berth", "-e", "A=b", "-l", "x=y"), "sleep", "1000");
        Ended listed = room.call("ps");
        assertThat(listed.output().lines().toList()).hasSize(2);
        assertThat(listed.output()).startsWith("CONTAINER ID   IMAGE").contains(id.substring(0, 12), "Up ", "berth");
        assertThat(room.call("ps", "-q", "--no-trunc").output()).isEqualTo(id + "\n");
        assertThat(room.call("ps", "-q", "--filter", "label=x=z").output()).isEmpty();
        String pid = room.asked(id, "{{.State.Pid}}");
        assertThat(Path.of("/proc", pid, "cmdline")).hasContent("sleep\0" + "1000\0");
        assertThat(room.asked("berth", "{{json .Config.Env}}")).contains("\"A=b\"");
        assertThat(room.call("top", "berth").output()).contains("sleep 1000").contains(pid);
    }

    @Test
    void aListForAProgramIsALineEach() throws Exception {
        String first = room.detached(List.of("--name", "first"), "sleep", "1000");
        String second = room.detached(List.of("--name", "second"), "true");
        assertThat(room.call("wait", second).output()).isEqualTo("0\n");
        List<String> lines = room.call("ps", "-a", "--no-trunc", "--format", "json")
                .output()
                .lines()
                .toList();
        assertThat(lines).hasSize(2);
        assertThat(JsonObject.parse(lines.get(0)).text("ID")).isEqualTo(second);
        assertThat(JsonObject.parse(lines.get(0)).text("State")).isEqualTo("exited");
        assertThat(JsonObject.parse(lines.get(1)).text("ID")).isEqualTo(first);
        assertThat(JsonObject.parse(lines.get(1)).text("Names")).isEqualTo("first");
    }

    @Test
    void itsLogHasBothStreamsApart() throws Exception {
        String id = room.detached(List.of(), "sh", "-c", "echo out; echo err >&2; printf 'no end'");
        room.call("wait", id);
        Ended logs = room.call("logs", id);
        assertThat(logs.output()).isEqualTo("out\nno end");
        assertThat(logs.error()).isEqualTo("err\n");
        assertThat(room.call("logs", "--tail", "1", id).output()).isEqualTo("no end");
        assertThat(room.call("logs", "-t", id).output()).matches("(?s)20\\d\\d-\\d\\d-\\d\\dT[0-9:.]+Z out\n.*");
    }

    @Test
    void aLogIsFollowedToItsEnd() throws Exception {
        String id = room.detached(List.of("-i"), "sh", "-c", "echo first; cat; echo last");
        Process following = room.room().begin("exec \"$@\"", "logs", "-f", id);
        BufferedReader lines = following.inputReader(StandardCharsets.UTF_8);
        assertThat(lines.readLine()).isEqualTo("first");
        Ended attached = room.room().callFrom("printf 'middle\\n' | \"$@\"", "attach", id);
        assertThat(attached.status()).isZero();
        assertThat(lines.readLine()).isEqualTo("middle");
        assertThat(lines.readLine()).isEqualTo("last");
        assertThat(lines.readLine()).isNull();
        assertThat(following.waitFor()).isZero();
    }

    @Test
    void stopAsksFirstAndKillsThen() throws Exception {
        String polite =
                room.detached(List.of(), "sh", "-c", "trap 'exit 7' TERM; echo ready; while :; do sleep 0.1; done");
        CommandRoom.until("its trap", () -> says(polite, "ready\n"));
        assertThat(room.call("stop", polite).output()).isEqualTo(polite + "\n");
        assertThat(room.asked(polite, "{{.State.Status}} {{.State.ExitCode}}")).isEqualTo("exited 7");
        String deaf = room.detached(List.of(), "sleep", "1000");
        assertThat(room.call("stop", "-t", "1", deaf).status()).isZero();
        assertThat(room.asked(deaf, "{{.State.Status}} {{.State.ExitCode}}")).isEqualTo("exited 137");
        assertThat(room.call("start", deaf).status()).isZero();
        assertThat(status(deaf)).isEqualTo("running");
    }

    private boolean says(String id, String text) {
        try {
            return room.call("logs", id).output().equals(text);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aSignalReachesItsFirstProcess() throws Exception {
        String id =
                room.detached(List.of(), "sh", "-c", "trap 'echo told' USR1; echo ready; while :; do sleep 0.1; done");
        CommandRoom.until("its trap", () -> says(id, "ready\n"));
        assertThat(room.call("kill", "-s", "USR1", id).status()).isZero();
        CommandRoom.until("its answer", () -> says(id, "ready\ntold\n"));
        assertThat(status(id)).isEqualTo("running");
        Ended wrong = room.call("kill", "-s", "NOSUCH", id);
        assertThat(wrong.error()).contains("nvalid signal: NOSUCH");
        assertThat(wrong.status()).isEqualTo(1);
    }

    @Test
    void isFrozenAndGoesOn() throws Exception {
        String id = room.detached(List.of(), "sleep", "1000");
        assertThat(room.call("pause", id).status()).isZero();
        assertThat(Path.of("/sys/fs/cgroup/freezer/estiba", id, "freezer.state"))
                .content()
                .startsWith("FROZEN");
        assertThat(status(id)).isEqualTo("paused");
        assertThat(room.call("ps", "--format", "{{.Status}}").output()).endsWith("(Paused)\n");
        assertThat(room.call("exec", id, "true").status()).isEqualTo(1);
        assertThat(room.call("unpause", id).status()).isZero();
        assertThat(status(id)).isEqualTo("running");
        assertThat(room.call("exec", id, "true").status()).isZero();
        assertThat(room.call("pause", id).status()).isZero();
        assertThat(room.call("rm", "-f", id).status())
                .as("removed although frozen")
                .isZero();
    }

    @Test
    void isRemovedWhenItHasEndedOrByForce() throws Exception {
        String id = room.detached(List.of("--name", "again"), "sleep", "1000");
        Ended refused = room.call("rm", id);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.error()).contains("cannot remove container", "is running");
        assertThat(status(id)).isEqualTo("running");
        assertThat(room.call("rm", "-f", id).output()).isEqualTo(id + "\n");
        room.leavesNothing();
        room.detached(List.of("--name", "again"), "true");
    }

    @Test
    void whatItChangedIsThereWhenItIsStartedAgainAndTheImageIsAsItWas() throws Exception {
        String id = room.detached(List.of(), "sh", "-c", "cat /kept; echo more >>/kept");
        room.call("wait", id);
        assertThat(room.call("start", "-a", id).output()).isEqualTo("more\n");
        assertThat(room.place().resolve("image/kept")).doesNotExist();
    }

    @Test
    void anotherNameIsItsName() throws Exception {
        room.detached(List.of("--name", "old"), "sleep", "1000");
        assertThat(room.call("rename", "old", "new").status()).isZero();
        assertThat(room.call("ps", "--format", "{{.Names}}").output()).isEqualTo("new\n");
        assertThat(room.call("inspect", "old").status()).isEqualTo(1);
    }

    @Test
    void withRmNothingIsLeft() throws Exception {
        Path cidfile = room.place().resolve("cid");
        Ended call = room.ran(List.of("--rm", "--cidfile", cidfile.toString()), "sh", "-c", "echo changed >/file");
        assertThat(call.status()).isZero();
        room.know(Files.readString(cidfile));
        assertThat(room.call("ps", "-aq").output())
                .as("when the command has ended")
                .isEmpty();
        room.leavesNothing();
        Files.delete(cidfile);
        String id = room.detached(List.of("--rm"), "sleep", "1000");
        assertThat(room.residue()).as("this test's own eyes").hasSizeGreaterThan(3);
        room.call("stop", "-t", "0", id);
        room.leavesNothing();
    }

    @Test
    void anotherPairOfDirectoriesIsAnotherEngine() throws Exception {
        room.detached(List.of("--name", "here"), "sleep", "1000");
        Path data = room.place().resolve("elsewhere/data");
        String there = "cd '" + room.place() + "' && ESTIBA_DATA_ROOT=elsewhere/data ESTIBA_EXEC_ROOT="
                + room.place().resolve("elsewhere/exec") + " \"$@\"";
        assertThat(room.room().callFrom(there, "ps", "-aq").output()).isEmpty();
        Ended run = room.ranFrom(there, List.of("-d", "--name", "here"), "sleep", "1000");
        assertThat(run.status()).as(run.error()).isZero();
        room.know(run.output());
        assertThat(data.resolve("containers").resolve(run.output().strip())).exists();
        assertThat(room.room().jvms()).as("one JVM for both").hasSize(1);
        assertThat(room.room().callFrom(there, "rm", "-f", "here").status()).isZero();
        assertThat(room.call("ps", "--format", "{{.Names}}").output()).isEqualTo("here\n");
        Ended wrong = room.room().callFrom("ESTIBA_DATA_ROOT=/etc/hostname/x \"$@\"", "ps");
        assertThat(wrong.error())
                .isEqualTo(
                        "estiba: ESTIBA_DATA_ROOT=/etc/hostname/x: open /etc/hostname/x: Not a directory (ENOTDIR)\n");
        assertThat(wrong.status()).isEqualTo(125);
    }
}

package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the command ends with, and says, as Docker's does. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatusKernelTest {
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

    private static void refused(Ended call, int status, String sentence) {
        assertThat(call.error()).startsWith("estiba: ").contains(sentence);
        assertThat(call.error().lines().count()).as(call.error()).isLessThanOrEqualTo(2);
        assertThat(call.output()).isEmpty();
        assertThat(call.status()).isEqualTo(status);
    }

    @Test
    void theProgramsStatusIsTheCommands() throws Exception {
        for (int status : new int[] {0, 1, 2, 63, 64, 100, 124, 125, 126, 127, 128, 137, 254, 255}) {
            Ended call = room.ran(List.of("--rm"), "sh", "-c", "exit " + status);
            assertThat(call.error()).isEmpty();
            assertThat(call.status()).isEqualTo(status);
        }
    }

    @Test
    void aSignalIs128AndItsNumber() throws Exception {
        // The first process of a PID namespace is spared what it sends itself: its child sends nothing, the command
        // does.
        for (String signal : List.of("KILL", "TERM", "HUP")) {
            String id = room.detached(List.of(), "sleep", "1000");
            Process waiting = room.room().begin("exec \"$@\"", "wait", id);
            // Nobody has a handler: what is not KILL is ignored by the first process of a namespace.
            boolean isKill = signal.equals("KILL");
            assertThat(room.call("kill", "-s", signal, id).status()).isZero();
            if (!isKill) {
                assertThat(room.asked(id, "{{.State.Status}}")).isEqualTo("running");
                assertThat(room.call("kill", id).status()).isZero();
            }
            assertThat(CommandRoom.end(waiting).output()).isEqualTo("137\n");
        }
    }

    @Test
    void withInitASignalEndsTheProgram() throws Exception {
        String id = room.detached(List.of("--init"), "sleep", "1000");
        Process waiting = room.room().begin("exec \"$@\"", "wait", id);
        CommandRoom.until("that init has its program", () -> {
            try {
                return room.call("top", id).output().lines().count() == 3; // a heading, init, sleep
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(room.call("kill", "-s", "HUP", id).status()).isZero();
        assertThat(CommandRoom.end(waiting).output()).isEqualTo("129\n");
        assertThat(room.asked(id, "{{.State.ExitCode}}")).isEqualTo("129");
    }

    @Test
    void whatCannotBeginIs125() throws Exception {
        refused(room.call("run", "--no-such-flag", room.image()), 125, "unknown flag: --no-such-flag");
        refused(
                room.call("run", "--pull", "never", "--network", "none", "nobody"),
                125,
                "No such image: nobody:latest");
        refused(room.call("run", "--network", "none", "rootfs:/nowhere"), 125, "/nowhere: there is no such directory");
        refused(room.ran(List.of("--memory", "1k"), "true"), 125, "Minimum memory limit allowed is 6MB");
        refused(room.ran(List.of("-v", "/a:/b:/c:/d"), "true"), 125, "invalid spec: /a:/b:/c:/d: too many colons");
        assertThat(room.call("ps", "-aq").output()).isEmpty();
    }

    @Test
    void aNameThatIsTakenIs125AndSaysByWhom() throws Exception {
        String id = room.detached(List.of("--name", "taken"), "sleep", "1000");
        refused(room.ran(List.of("--name", "taken"), "true"), 125, "\"/taken\" is already in use by container \"" + id);
        assertThat(room.call("ps", "-aq").output().lines().count()).isEqualTo(1);
    }

    @Test
    void whatCannotBeExecutedIs126AndWhatIsNotThere127() throws Exception {
        refused(room.ran(List.of("--rm"), "/bin"), 126, "exec: \"/bin\": is a directory");
        refused(room.ran(List.of("--rm"), "/nothing"), 127, "stat /nothing: no such file or directory");
        refused(room.ran(List.of("--rm"), "nothing"), 127, "\"nothing\": executable file not found in $PATH");
        assertThat(room.call("ps", "-aq").output()).isEmpty();
        refused(room.ran(List.of("--name", "never"), "nothing"), 127, "not found");
        assertThat(room.asked("never", "{{.State.Status}} {{.State.ExitCode}}")).isEqualTo("created 127");
    }

    @Test
    void anExecsStatusIsTheCommands() throws Exception {
        String id = room.detached(List.of(), "sleep", "1000");
        for (int status : new int[] {0, 1, 3, 3, 3, 3, 3, 127, 255}) {
            Ended call = room.call("exec", id, "sh", "-c", "exit " + status);
            assertThat(call.error()).isEmpty();
            assertThat(call.status()).isEqualTo(status);
        }
        assertThat(room.call("exec", id, "sh", "-c", "kill -TERM $$").status()).isEqualTo(143);
        refused(room.call("exec", id, "/bin"), 126, "exec: \"/bin\": is a directory");
        refused(room.call("exec", id, "nothing"), 127, "\"nothing\": executable file not found in $PATH");
        refused(room.call("exec", "nobody", "true"), 1, "No such container: nobody");
    }

    @Test
    void whatIsWrongElsewhereIs1() throws Exception {
        refused(room.call("logs", "nobody"), 1, "No such container: nobody");
        refused(room.call("stop", "nobody"), 1, "No such container: nobody");
        Ended inspected = room.call("inspect", "nobody");
        assertThat(inspected.output()).isEqualTo("[]\n");
        assertThat(inspected.error()).contains("No such").contains("nobody");
        assertThat(inspected.status()).isEqualTo(1);
        refused(room.call("dance"), 1, "unknown command: estiba dance");
    }
}

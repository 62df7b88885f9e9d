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

/** A person at a terminal: exec, attach, detach, resize, ^C. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PersonKernelTest {
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

    private TerminalSession session() throws Exception {
        TerminalSession session = TerminalSession.open(room.room());
        session.line("stty rows 30 cols 100");
        session.expect("$ ");
        return session;
    }

    @Test
    void anExecHasATerminalOfItsOwn() throws Exception {
        String id = room.detached(List.of(), "sleep", "1000");
        try (TerminalSession session = session()) {
            String before = session.settings(1);
            session.line("$E exec -it " + id + " sh; echo \"status $?\"");
            session.expect(" # ");
            session.line("stty size");
            session.expect("30 100\r\n");
            session.line("sh -c 'echo asleep; exec sleep 1000'");
            session.expect("\nasleep\r\n");
            session.type("\u0003");
            session.expect(" # ");
            resize(31, 101);
            CommandRoom.until("its new size", () -> size(session, "31 101"));
            session.line("exit 7");
            session.expect("status 7\r\n$ ");
            assertThat(session.settings(2).replace("> 2", "> 1")).isEqualTo(before);
        }
    }

    private static boolean size(TerminalSession session, String wanted) {
        try {
            session.line("stty size; echo looked");
            return session.expect("\nlooked\r\n").contains(wanted + "\r\n");
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void resize(int rows, int columns) throws IOException, InterruptedException {
        ProcessHandle forwarder = ProcessHandle.allProcesses()
                .filter(process ->
                        process.info().command().orElse("").equals(room.room().command()))
                .findFirst()
                .orElseThrow();
        int status = new ProcessBuilder(
                        "stty", "-F", "/proc/" + forwarder.pid() + "/fd/0", "rows", "" + rows, "cols", "" + columns)
                .start()
                .waitFor();
        assertThat(status).isZero();
    }

    @Test
    void theDetachKeysLeaveItRunningAndAttachComesBack() throws Exception {
        try (TerminalSession session = session()) {
            String before = session.settings(1);
            session.line("$E run -it --network none --name berth " + room.image() + " sh; echo \"status $?\"");
            session.expect(" # ");
            session.line("kept=yes");
            session.expect(" # ");
            session.type("\u0010\u0011"); // ^P ^Q
            session.expect("status 0\r\n$ ");
            assertThat(session.settings(2).replace("> 2", "> 1")).isEqualTo(before);
            assertThat(room.asked("berth", "{{.State.Status}}")).isEqualTo("running");
            session.line("$E attach --detach-keys ctrl-x berth; echo \"status $?\"");
            session.expect("\r\n");
            session.line("echo kept $kept");
            session.expect("kept yes\r\n");
            session.type("\u0018"); // ^X
            session.expect("status 0\r\n$ ");
            session.line("$E attach berth; echo \"status $?\"");
            session.expect("\r\n");
            session.line("exit 9");
            session.expect("status 9\r\n$ ");
            assertThat(room.asked("berth", "{{.State.Status}} {{.State.ExitCode}}"))
                    .isEqualTo("exited 9");
            assertThat(session.settings(3).replace("> 3", "> 1")).isEqualTo(before);
        }
    }

    @Test
    void controlCWithoutATerminalOfTheContainersIsItsSignal() throws Exception {
        try (TerminalSession session = session()) {
            session.line("$E run --rm --network none " + room.image()
                    + " sh -c 'trap \"exit 12\" INT; echo asleep; while :; do sleep 0.1; done'; echo \"status $?\"");
            session.expect("\nasleep\r\n");
            session.type("\u0003");
            session.expect("status 12\r\n");
        }
    }

    @Test
    void controlCLeavesALogThatIsFollowedAndSaysNothing() throws Exception {
        room.detached(List.of("--name", "clock"), "sh", "-c", "echo tick; exec sleep 1000");
        try (TerminalSession session = session()) {
            session.line("$E logs -f clock");
            session.expect("\ntick\r\n");
            session.type("\u0003");
            assertThat(session.expect("$ ")).doesNotContain("estiba:");
            session.line("echo \"status $?\"");
            session.expect("\nstatus 130\r\n");
            assertThat(room.asked("clock", "{{.State.Status}}")).isEqualTo("running");
        }
    }

    @Test
    void aTerminalIsWantedWhereThereIsNone() throws Exception {
        Ended call = room.ran(List.of("--rm", "-it"), "true");
        assertThat(call.error()).isEqualTo("estiba: the input device is not a TTY\n");
        assertThat(call.status()).isEqualTo(1);
        assertThat(room.call("ps", "-aq").output()).isEmpty();
    }

    @Test
    void aTerminalWithoutInputWorksIntoAPipe() throws Exception {
        Ended call = room.ran(List.of("--rm", "-t"), "sh", "-c", "echo out; echo err >&2; [ -t 1 ] && echo terminal");
        assertThat(call.output()).isEqualTo("out\r\nerr\r\nterminal\r\n");
        assertThat(call.error()).isEmpty();
    }
}

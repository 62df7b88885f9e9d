package dev.estiba.runtime.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.linux.ExitStatus;
import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.monitor.AttachClient;
import dev.estiba.runtime.monitor.AttachFrame;
import dev.estiba.runtime.monitor.LogTarget;
import dev.estiba.runtime.monitor.MonitorSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A monitor whose process has a terminal. */
class MonitorTerminalTest {
    @TempDir
    Path directory;

    private MonitorRoom room;

    @BeforeEach
    void open() {
        room = new MonitorRoom(directory);
    }

    @AfterEach
    void close() throws Exception {
        room.close();
    }

    private static MonitorSettings terminal() {
        return MonitorRoom.settings().withTerminal().withInput(false);
    }

    private static AttachClient.Given everything() throws Exception {
        return AttachClient.given(EnumSet.allOf(AttachClient.Wants.class));
    }

    private static void type(AttachClient client, String text) throws Exception {
        client.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void bytesGoBothWays() throws Exception {
        AttachClient.Given given = everything();
        try (AttachClient client = given.client()) {
            room.start(
                    terminal()
                            .withLog(LogTarget.File.growing(
                                    LogTarget.Format.JSON,
                                    directory.resolve("log").toString())),
                    "test -t 0 -a -t 1 -a -t 2 && stty -echo && echo ready >&2; read x; echo \"got $x\"; exit 6",
                    given);
            assertThat(MonitorRoom.welcomed(client).terminal()).isTrue();
            MonitorRoom.until(client, "ready");
            type(client, "words\r");
            MonitorRoom.Heard heard = MonitorRoom.hear(client);
            assertThat(heard.out()).contains("got words");
            assertThat(heard.err()).isEmpty();
            assertThat(heard.exit()).contains(new AttachFrame.Exit(new ExitStatus.Exited(6)));
            assertThat(Files.readString(directory.resolve("log")))
                    .contains("{\"log\":\"ready\\r\\n\",\"stream\":\"stdout\"")
                    .contains("{\"log\":\"got words\\r\\n\",\"stream\":\"stdout\"");
        }
    }

    @Test
    void itsSizeFollowsTheClients() throws Exception {
        AttachClient.Given given = everything();
        try (AttachClient client = given.client()) {
            room.start(terminal(), "stty -echo; echo ready; read x; stty size; read x", given);
            MonitorRoom.until(client, "ready");
            client.resize(41, 103);
            Optional<AttachFrame> answer;
            do {
                answer = client.next(MonitorRoom.LONG);
            } while (answer.isPresent() && answer.get() instanceof AttachFrame.Output);
            assertThat(answer).contains(new AttachFrame.Done(0));
            type(client, "\r");
            MonitorRoom.until(client, "41 103");
        }
    }

    @Test
    void whatIsNoTerminalHasNoSize() throws Exception {
        AttachClient.Given given = AttachClient.given(AttachClient.watching());
        try (AttachClient client = given.client()) {
            room.start(MonitorRoom.settings(), "exec sleep 1000", given);
            MonitorRoom.welcomed(client);
            client.resize(41, 103);
            assertThat(client.next(MonitorRoom.LONG)).contains(new AttachFrame.Done(Errno.ENOTTY.number()));
        }
    }

    @Test
    void aControlCharacterIsASignal() throws Exception {
        AttachClient.Given given = everything();
        try (AttachClient client = given.client()) {
            room.start(
                    terminal(), "trap 'echo interrupted; exit 4' INT; echo ready; while :; do sleep 0.05; done", given);
            MonitorRoom.until(client, "ready");
            type(client, "\003");
            assertThat(MonitorRoom.hear(client).out()).contains("interrupted");
        }
    }

    /** Nobody has the other end open then, which a master's reader sees as an error. */
    @Test
    void aProcessMayCloseItsTerminalAndOpenItAgain() throws Exception {
        AttachClient.Given given = everything();
        try (AttachClient client = given.client()) {
            room.start(
                    terminal(),
                    "echo before; exec 0<&- 1>&- 2>&-; sleep 0.3; echo after >/dev/tty; sleep 0.3; exit 5",
                    given);
            MonitorRoom.welcomed(client);
            MonitorRoom.Heard heard = MonitorRoom.hear(client);
            assertThat(heard.out()).isEqualTo("before\r\nafter\r\n");
            assertThat(heard.exit()).contains(new AttachFrame.Exit(new ExitStatus.Exited(5)));
        }
    }

    @Test
    void theEndOfAnInputIsNotTheTerminals() throws Exception {
        AttachClient.Given given = everything();
        try (AttachClient client = given.client()) {
            room.start(terminal().withSocket(MonitorRoom.SOCKET), "stty -echo; echo ready; read x; echo got $x", given);
            MonitorRoom.until(client, "ready");
            client.closeInput();
            type(client, "more\r");
            assertThat(MonitorRoom.hear(client).out()).contains("got more");
        }
    }

    @Test
    void aPlanThatSendsNoTerminalIsRefused() throws Exception {
        org.assertj.core.api.Assertions.assertThatIOException()
                .isThrownBy(() ->
                        room.start(terminal().encode(), MonitorRoom.shell("exec sleep 1000", false), Optional.empty()))
                .withMessageContaining("the monitor: receive the terminal's master");
    }
}

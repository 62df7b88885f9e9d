package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person's terminal: raw mode and back, whatever happens, and job control as with any program. */
@Tag("kernel")
class TerminalKernelTest {
    private static final String CONTROL_Z = "\u001a";
    private static final String CONTROL_C = "\u0003";

    @TempDir
    Path place;

    private CommandRoom room;
    private TerminalSession session;

    @BeforeEach
    void open() throws IOException, InterruptedException {
        room = CommandRoom.open(place);
        session = TerminalSession.open(room);
    }

    @AfterEach
    void close() throws IOException, InterruptedException {
        if (session != null) {
            session.close();
        }
        if (room != null) {
            room.close();
        }
    }

    @Test
    void allThreeAreATerminal() throws Exception {
        session.line("$E terminals");
        session.expect("true true true\r\n");
    }

    @Test
    void rawModeTakesEveryKeyAndIsTakenBack() throws Exception {
        String before = session.settings(1);
        session.line("$E raw");
        session.expect("every key\r\n");
        session.type(CONTROL_C + CONTROL_Z + "\r");
        session.expect("byte 3\r\n");
        session.expect("byte 26\r\n");
        session.expect("byte 13\r\n");
        session.type("q");
        session.expect("as before\r\n$ ");
        assertThat(session.settings(2).replace("> 2", "> 1")).isEqualTo(before);
    }

    @Test
    void theTerminalIsRestoredWhenTheJvmIsKilled() throws Exception {
        String before = session.settings(1);
        session.line("$E raw; echo status $?");
        session.expect("every key\r\n");
        CommandRoom.signal(room.onlyJvm(), "KILL");
        session.expect("estiba: the JVM has ended in the middle of this call; its log is in /run/estiba/jvm\r\n");
        session.expect("status 125\r\n$ ");
        assertThat(session.settings(2).replace("> 2", "> 1")).isEqualTo(before);
    }

    @Test
    void controlCIsASignalForTheProgram() throws Exception {
        session.line("$E signals 1");
        session.expect("ready\r\n");
        session.type(CONTROL_C);
        session.expect("SIGINT\r\n");
    }

    @Test
    void controlZStopsAndFgGoesOn() throws Exception {
        session.line("$E cat");
        session.type("one\n");
        session.expect("one\r\none\r\n");
        session.type(CONTROL_Z);
        session.expect("Stopped");
        session.line("fg");
        session.expect("fg\r\n");
        session.expect("cat\r\n");
        session.type("two\n");
        session.expect("two\r\ntwo\r\n");
        session.type("\u0004");
        session.line("echo status $?");
        session.expect("status 0\r\n");
    }

    /** A container's terminal is raw and takes ^Z itself; but whoever stops the forwarder gets a usable shell. */
    @Test
    void stoppedInRawModeTheShellHasItsTerminalAndFgTakesItAgain() throws Exception {
        session.line("stty rows 24 cols 80");
        session.expect("$ ");
        String before = session.settings(1);
        session.line("$E raw");
        session.expect("every key\r\n");
        ProcessHandle forwarder = ProcessHandle.allProcesses()
                .filter(process -> process.info().command().orElse("").equals(room.command()))
                .findFirst()
                .orElseThrow();
        CommandRoom.signal(forwarder, "TSTP");
        session.expect("Stopped");
        assertThat(session.settings(2).replace("> 2", "> 1")).isEqualTo(before);
        session.line("fg");
        session.expect("fg\r\n");
        session.expect("raw\r\n");
        session.expect("looked again\r\n"); // the size, which is told when the terminal is raw again
        session.type(CONTROL_C);
        session.expect("byte 3\r\n");
        session.type("q");
        session.expect("as before\r\n$ ");
        assertThat(session.settings(3).replace("> 3", "> 1")).isEqualTo(before);
    }

    @Test
    void aBackgroundJobThatReadsIsStopped() throws Exception {
        session.line("$E cat &");
        session.expect("$ ");
        session.line("");
        // The shell tells of its jobs before it prompts again.
        for (int i = 0; i < 100; i++) {
            session.line("sleep 0.1; jobs; echo told $((" + i + " + 1000))");
            if (session.expect("told " + (i + 1000) + "\r\n").contains("Stopped")) {
                session.line("kill -KILL %1");
                return;
            }
        }
        throw new AssertionError("the job was not stopped");
    }

    @Test
    void aNewSizeReachesTheProgram() throws Exception {
        session.line("stty rows 30 cols 100; $E sizes");
        session.expect("WindowSize[rows=30, columns=100]");
        ProcessHandle forwarder = ProcessHandle.allProcesses()
                .filter(process -> process.info().command().orElse("").equals(room.command()))
                .findFirst()
                .orElseThrow();
        int status = new ProcessBuilder("stty", "-F", "/proc/" + forwarder.pid() + "/fd/0", "rows", "31")
                .start()
                .waitFor();
        assertThat(status).isZero();
        session.expect("WindowSize[rows=31, columns=100]\r\n");
    }
}

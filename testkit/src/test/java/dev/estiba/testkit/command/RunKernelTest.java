package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.bundle.Busybox;
import dev.estiba.testkit.bundle.Programs;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command, from a person's terminal to a container and back. */
@Tag("kernel")
class RunKernelTest {

    @TempDir
    Path place;

    private CommandRoom room;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(Files.isWritable(Path.of("/sys/fs/cgroup")), "cgroups of this machine are not ours: root is needed");
        room = CommandRoom.ofProduct(place);
    }

    @AfterEach
    void close() throws IOException, InterruptedException {
        if (room != null) {
            room.callFrom("for id in $(\"$1\" ps -aq); do \"$1\" rm -f $id; done");
            room.close();
        }
    }

    private String image() throws IOException {
        Optional<Path> busybox = Busybox.program(Path.of(System.getProperty("estiba.repo", "/nonexistent")));
        assumeTrue(busybox.isPresent(), "no static busybox on this machine, nor among the peers");
        Path bin = Files.createDirectories(place.resolve("image/bin"));
        Programs.copy(busybox.get(), bin.resolve("busybox"));
        for (String name : new String[] {"sh", "sleep", "stty", "cat"}) {
            Files.createSymbolicLink(bin.resolve(name), Path.of("busybox"));
        }
        return "rootfs:" + place.resolve("image");
    }

    @Test
    void helloSaysWhereItIs() throws Exception {
        CommandRoom.Ended call = room.call("run", "--rm", "--network", "none", "-m", "64m", "hello");
        assertThat(call.error()).isEmpty();
        assertThat(call.output())
                .contains("user 0, group 0, the first process here: number 1")
                .contains("at most 64 MiB");
        assertThat(call.status()).isZero();
        assertThat(room.call("ps", "-aq").output()).isEmpty();
        assertThat(room.log()).as("warnings of the JVM").isEmpty();
    }

    @Test
    void aTerminalOfTheContainersOwnIsWhereThePersonSits() throws Exception {
        String image = image();
        TerminalSession session = TerminalSession.open(room);
        session.line("stty rows 30 cols 100");
        session.expect("$ ");
        String before = session.settings(1);
        session.line("$E run --rm -it --network none " + image + " sh; echo \"status $?\"");
        session.expect(" # ");
        session.line("stty size");
        session.expect("30 100\r\n");
        session.line("sh -c 'echo asleep; exec sleep 1000'");
        session.expect("\nasleep\r\n");
        session.type("\u0003"); // for what runs in the container, not for the command
        session.expect(" # ");
        session.line("exit 7");
        session.expect("status 7\r\n$ ");
        assertThat(session.settings(2).replace("> 2", "> 1")).isEqualTo(before);
        session.close();
    }

    @Test
    void stdinReachesTheContainerToItsEnd() throws Exception {
        CommandRoom.Ended call = room.callFrom(
                "printf 'one\\ntwo\\n' | \"$@\"", "run", "--rm", "-i", "--network", "none", image(), "cat");
        assertThat(call.error()).isEmpty();
        assertThat(call.output()).isEqualTo("one\ntwo\n");
        assertThat(call.status()).isZero();
    }

    @Test
    void aSignalForTheCommandIsTheContainers() throws Exception {
        Process call = waiting("trap 'exit 5' TERM");
        CommandRoom.signal(call.toHandle(), "TERM");
        assertThat(call.waitFor()).isEqualTo(5);
    }

    /** A container that says ready when its trap is set. */
    private Process waiting(String trap) throws IOException {
        String script = trap + "; echo ready; while :; do sleep 0.1; done";
        Process call =
                room.begin("exec \"$@\"", "run", "--name", "waiting", "--network", "none", image(), "sh", "-c", script);
        BufferedReader out = call.inputReader(StandardCharsets.UTF_8);
        assertThat(out.readLine()).isEqualTo("ready");
        return call;
    }

    @Test
    void theContainerGoesOnWhenItsCommandIsKilled() throws Exception {
        Process call = waiting("trap 'exit 5' TERM");
        call.destroyForcibly();
        assertThat(call.waitFor()).isEqualTo(137);
        assertThat(room.call("ps", "--format", "{{.Names}}").output()).isEqualTo("waiting\n");
        assertThat(room.call("kill", "-s", "TERM", "waiting").status()).isZero();
        CommandRoom.Ended waited = room.call("wait", "waiting");
        assertThat(waited.output()).as(waited.error()).isEqualTo("5\n");
    }

    @Test
    void theContainerGoesOnWhenTheJvmIsKilled() throws Exception {
        Process call = waiting("trap 'exit 5' TERM");
        CommandRoom.signal(room.onlyJvm(), "KILL");
        assertThat(call.waitFor()).isEqualTo(125);
        assertThat(room.call("ps", "--format", "{{.Names}}").output()).isEqualTo("waiting\n");
        assertThat(room.call("kill", "-s", "TERM", "waiting").status()).isZero();
        CommandRoom.Ended waited = room.call("wait", "waiting");
        assertThat(waited.output()).as(waited.error()).isEqualTo("5\n");
    }
}

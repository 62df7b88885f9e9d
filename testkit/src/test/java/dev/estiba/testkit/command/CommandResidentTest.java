package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of the command's resident: as the planner's, but that a call is carried out once or not at all. */
@Tag("kernel")
class CommandResidentTest {
    private static final String ALONE =
            "estiba: the resident JVM did not answer; going on with one of this call's own\n";

    @TempDir
    Path place;

    private static void answered(CommandRoom.Ended call) {
        assertThat(call.output()).isEqualTo("[words]\n");
        assertThat(call.status()).isZero();
    }

    private static void answeredQuietly(CommandRoom.Ended call) {
        answered(call);
        assertThat(call.error()).isEmpty();
    }

    @Test
    void theFirstCallStartsOneAndTheSecondUsesIt() throws Exception {
        try (CommandRoom room = CommandRoom.open(place)) {
            answeredQuietly(room.call("words"));
            ProcessHandle jvm = room.onlyJvm();
            assertThat(room.call("jvm").output()).isEqualTo(jvm.pid() + "\n");
            assertThat(room.log()).as("warnings of the JVM").isEmpty();
            assertThat(Files.getPosixFilePermissions(room.directory()))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
            assertThat(room.named(".sock").getFirst().getFileName().toString()).matches("command-[0-9a-f]{16}\\.sock");
        }
    }

    @Test
    void eightFirstCallsAtOnceStartExactlyOne() throws Exception {
        try (CommandRoom room = CommandRoom.open(place)) {
            List<Process> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                calls.add(room.begin("exec \"$@\"", "words"));
            }
            for (Process call : calls) {
                answeredQuietly(CommandRoom.end(call));
            }
            assertThat(room.jvms()).hasSize(1);
        }
    }

    /** Each call holds a thread for as long as it lasts; the next one is served beside it. */
    @Test
    void aHundredCallsAtOnceAreServed() throws Exception {
        try (CommandRoom room = CommandRoom.open(place)) {
            List<Process> calls = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                Process call = room.begin("exec \"$@\"", "hang");
                assertThat(call.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("hanging");
                calls.add(call);
            }
            answeredQuietly(room.call("words"));
            assertThat(room.jvms()).hasSize(1);
            for (Process call : calls) {
                call.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void aKilledOneIsReplaced() throws Exception {
        try (CommandRoom room = CommandRoom.open(place)) {
            answeredQuietly(room.call("words"));
            ProcessHandle killed = room.onlyJvm();
            CommandRoom.signal(killed, "KILL");
            CommandRoom.until("its end", () -> CommandRoom.state(killed) == 'Z');
            answeredQuietly(room.call("words"));
            assertThat(room.onlyJvm().pid()).isNotEqualTo(killed.pid());
        }
    }

    @Test
    void oneThatDiesInTheMiddleOfACallIsToldInOneLine() throws Exception {
        try (CommandRoom room = CommandRoom.open(place)) {
            CommandRoom.Ended call = room.call("halt");
            assertThat(call.status()).isEqualTo(125);
            assertThat(call.output()).isEqualTo("halting\n");
            assertThat(call.error())
                    .isEqualTo("estiba: the JVM has ended in the middle of this call; its log is in /run/estiba/jvm\n");
            answeredQuietly(room.call("words"));
        }
    }

    /** A command has effects: the stopped one must not carry out, when it is continued, what another JVM has done. */
    @Test
    void aStoppedOneLosesItsNameAndNeverSeesTheCall() throws Exception {
        try (CommandRoom room = CommandRoom.open(place)) {
            answeredQuietly(room.call("words"));
            ProcessHandle stopped = room.onlyJvm();
            CommandRoom.signal(stopped, "STOP");
            CommandRoom.Ended call = room.call("mistake");
            assertThat(call.status()).isEqualTo(125);
            assertThat(call.error()).startsWith(ALONE);
            assertThat(room.named(".sock")).isEmpty();
            assertThat(room.named(".silent")).hasSize(1);
            CommandRoom.until("the end of the call's own JVM", () -> room.jvms().size() == 1);

            answeredQuietly(room.call("words"));
            assertThat(room.jvms()).hasSize(2);
            CommandRoom.signal(stopped, "CONT");
            answeredQuietly(room.call("words"));
            assertThat(room.log().split("a mistake of the test's", -1))
                    .as("carried out once")
                    .hasSize(2);
        }
    }

    @Test
    void anotherBuildsSocketIsLeftAlone() throws Exception {
        try (CommandRoom room = CommandRoom.open(place)) {
            Files.createDirectory(room.directory());
            Files.setPosixFilePermissions(room.directory(), PosixFilePermissions.fromString("rwx------"));
            Path other = Files.createFile(room.directory().resolve("command-0123456789abcdef.sock"));
            answeredQuietly(room.call("words"));
            assertThat(other).exists();
            assertThat(room.named(".sock")).hasSize(2);
        }
    }

    @Test
    void aDirectoryOthersCanWriteIsNotUsedAndThatIsSaid() throws Exception {
        try (CommandRoom room = CommandRoom.open(place)) {
            Files.createDirectory(room.directory());
            Files.setPosixFilePermissions(room.directory(), PosixFilePermissions.fromString("rwxrwxrwx"));
            CommandRoom.Ended call = room.call("words");
            answered(call);
            assertThat(call.error())
                    .startsWith("estiba: no resident JVM can be used; going on with one of this call's own: ");
            CommandRoom.until("the end of the call's own JVM", () -> room.jvms().isEmpty());
        }
    }

    /** The same words would mean other files there. */
    @Test
    void aCallerInOtherNamespacesHasAJvmOfItsOwn() throws Exception {
        try (CommandRoom room = CommandRoom.open(place)) {
            answeredQuietly(room.call("words"));
            ProcessHandle resident = room.onlyJvm();
            for (String kind : new String[] {"-m", "-n", "-u", "-i", "-C"}) {
                CommandRoom.Ended call = room.callFrom("exec unshare " + kind + " \"$@\"", "jvm");
                assertThat(call.error()).isEmpty();
                assertThat(call.output()).as("unshare %s", kind).isNotEqualTo(resident.pid() + "\n");
                assertThat(call.status()).isZero();
            }
            CommandRoom.until(
                    "the end of the calls' own JVMs", () -> room.jvms().size() == 1);
            answeredQuietly(room.call("words"));
        }
    }

    @Test
    void leavesWhenNobodyHasCalledAndIsStartedAnew() throws Exception {
        try (CommandRoom room = CommandRoom.open(place, "-Destiba.command.idle.millis=200")) {
            answeredQuietly(room.call("words"));
            ProcessHandle first = room.onlyJvm();
            CommandRoom.until("its end", () -> room.jvms().isEmpty());
            assertThat(room.named(".sock")).isEmpty();
            assertThat(room.named(".leaving")).isEmpty();
            assertThat(room.log()).contains("leaving: nobody has called for 200 ms");
            answeredQuietly(room.call("words"));
            assertThat(room.onlyJvm().pid()).isNotEqualTo(first.pid());
        }
    }

    @Test
    void staysWhileACallLasts() throws Exception {
        try (CommandRoom room = CommandRoom.open(place, "-Destiba.command.idle.millis=100")) {
            Process call = room.begin("exec \"$@\"", "signals", "1");
            assertThat(call.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("ready");
            TimeUnit.MILLISECONDS.sleep(1000);
            CommandRoom.signal(call.toHandle(), "TERM");
            assertThat(call.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("SIGTERM");
            assertThat(call.waitFor()).isZero();
            CommandRoom.until("its end", () -> room.jvms().isEmpty());
        }
    }

    @Test
    void nothingOfItsFirstCallerStaysWithIt() throws Exception {
        try (CommandRoom room = CommandRoom.open(place)) {
            String caller = "cd '" + place + "'; umask 077; exec 9</etc/hostname; exec \"$@\"";
            answeredQuietly(room.callFrom(caller, "words"));
            ProcessHandle jvm = room.onlyJvm();
            Path proc = Path.of("/proc/" + jvm.pid());
            assertThat(Files.readSymbolicLink(proc.resolve("cwd"))).isEqualTo(Path.of("/"));
            assertThat(Files.readString(proc.resolve("environ"), StandardCharsets.ISO_8859_1))
                    .doesNotContain("GREETING")
                    .doesNotContain("PATH=");
            assertThat(Files.readString(proc.resolve("status"))).contains("Umask:\t0022");
            CommandRoom.until("that the call's own descriptors are closed", () -> holdsNothing(proc));
        }
    }

    /** A call's descriptors come, and go: its pipes would otherwise keep others waiting for their end. */
    private boolean holdsNothing(Path proc) {
        try (var descriptors = Files.list(proc.resolve("fd"))) {
            return descriptors.noneMatch(fd -> {
                try {
                    String target = Files.readSymbolicLink(fd).toString();
                    return target.startsWith("pipe:")
                            || target.equals("/etc/hostname")
                            || target.equals(place.toString());
                } catch (IOException e) {
                    return false; // closed meanwhile
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

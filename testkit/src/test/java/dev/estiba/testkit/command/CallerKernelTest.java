package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A program in the resident JVM sees its caller as if it had been started by it. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CallerKernelTest {
    private Path place;
    private CommandRoom room;

    @BeforeAll
    void open(@TempDir Path directory) throws IOException {
        place = directory;
        room = CommandRoom.open(place);
    }

    @AfterAll
    void close() throws IOException, InterruptedException {
        if (room != null) {
            room.close();
        }
    }

    private static void says(CommandRoom.Ended call, String output) {
        assertThat(call.error()).isEmpty();
        assertThat(call.output()).isEqualTo(output);
        assertThat(call.status()).isZero();
    }

    @Test
    void wordsArriveAsTheyWereGiven() throws Exception {
        says(
                room.call("words", "", "two words", "ñ → 船", "--x=\"y\""),
                "[words]\n[]\n[two words]\n[ñ → 船]\n[--x=\"y\"]\n");
    }

    @Test
    void aHundredThousandWordsArrive() throws Exception {
        CommandRoom.Ended call = room.callFrom("exec \"$@\" $(seq 100000) | tail -n 1", "words");
        says(call, "[100000]\n");
    }

    @Test
    void theEnvironmentIsTheCallersAndNotTheFirstCallers() throws Exception {
        assertThat(room.call("environment").output()).contains("GREETING=salt & sea\n");
        says(room.callFrom("exec env -i ONLY=this \"$@\"", "environment"), "ONLY=this\n");
    }

    @Test
    void theDirectoryIsTheCallers() throws Exception {
        Path directory = Files.createDirectories(place.resolve("ein Verzeichnis → ñ"));
        says(room.callFrom("cd '" + directory + "' && exec \"$@\"", "directory"), directory + "\n");
    }

    @Test
    void theStatusIsTheProgramsAndStderrIsApart() throws Exception {
        CommandRoom.Ended call = room.call("status", "42");
        assertThat(call.status()).isEqualTo(42);
        assertThat(call.output()).isEmpty();
        assertThat(call.error()).isEqualTo("told\n");
    }

    @Test
    void tenMegabytesGoThroughUnchanged() throws Exception {
        byte[] bytes = new byte[10 << 20];
        new Random(7).nextBytes(bytes);
        Path in = Files.write(place.resolve("in"), bytes);
        Path out = place.resolve("out");
        // From a file, and from a pipe that comes in small pieces.
        says(room.callFrom("exec \"$@\" <'" + in + "' >'" + out + "'", "cat"), "");
        assertThat(Files.readAllBytes(out)).isEqualTo(bytes);
        says(room.callFrom("dd if='" + in + "' bs=777 status=none | \"$@\" >'" + out + "'", "cat"), "");
        assertThat(Files.readAllBytes(out)).isEqualTo(bytes);
    }

    @Test
    void aProgramThatDoesNotReadLeavesStdinToTheNext() throws Exception {
        says(room.callFrom("printf 'for the next' | { \"$@\"; cat; }", "words"), "[words]\nfor the next");
    }

    @Test
    void closedStdioIsDevNull() throws Exception {
        Path error = place.resolve("error");
        CommandRoom.Ended call = room.callFrom("exec \"$@\" <&- >&- 2>'" + error + "'", "cat");
        assertThat(call.status()).isZero();
        assertThat(Files.readString(error)).isEmpty();
    }

    @Test
    void aPipeThatNobodyReadsIsAnErrorAndNotTheEndOfTheResident() throws Exception {
        says(room.callFrom("exec \"$@\" $(seq 100000) | head -n 1", "words"), "[words]\n");
        says(room.call("words"), "[words]\n");
    }

    @Test
    void aNonBlockingStdoutIsWaitedFor() throws Exception {
        Path in =
                Files.write(place.resolve("much"), "ten bytes\n".repeat(100_000).getBytes(StandardCharsets.US_ASCII));
        // python makes the pipe non-blocking for everybody who has it.
        String script = "python3 -c 'import os; os.set_blocking(1, False)' 2>/dev/null; exec \"$@\" <'" + in
                + "' | { sleep 0.3; wc -c; }";
        says(room.callFrom("{ " + script.replace(" | ", "; } | "), "cat"), "1000000\n");
    }

    @Test
    void filesAreTheCallersRelativeToItsDirectory() throws Exception {
        Path directory = Files.createDirectories(place.resolve("files"));
        Files.writeString(directory.resolve("a"), "content");
        says(room.callFrom("cd '" + directory + "' && exec \"$@\"", "read", "a"), "content");
        says(room.callFrom("cd '" + directory + "' && exec \"$@\"", "read", "../files/a"), "content");
        says(room.call("read", directory.resolve("a").toString()), "content");
        CommandRoom.Ended missing = room.call("read", "/no/such/file");
        assertThat(missing.output()).isEqualTo("open /no/such/file: No such file or directory (ENOENT)\n");
    }

    @Test
    void aShellsOwnDescriptorCanBeRead() throws Exception {
        says(room.callFrom("exec \"$@\" <(printf 'from a substitution')", "read"), "from a substitution");
        says(room.callFrom("printf 'from stdin' | \"$@\"", "read", "/dev/stdin"), "from stdin");
    }

    /** chroot(2) leaves the namespaces as they are: the resident serves the call, and must not leave the caller's root. */
    @Test
    void aCallersOtherRootIsNotLeft() throws Exception {
        Path jail = Files.createDirectories(place.resolve("jail"));
        String script = "mkdir -p J/run J/proc J/etc J/dev; touch J/dev/null; mount --bind /dev/null J/dev/null;"
                + " mount --bind /run J/run; mount --bind /proc J/proc;"
                + " mkdir -p J/$(dirname \"$1\"); cp -r $(dirname $(dirname \"$1\"))/. J/$(dirname $(dirname \"$1\"));"
                + " echo inside >J/etc/name; ln -s /etc/name J/link; ln -s ../../../../etc/name J/up;"
                + " exec chroot J \"$@\"";
        script = script.replace("J", jail.toString());
        says(room.callFrom(script, "read", "/link"), "inside\n");
        CommandRoom.Ended up = room.callFrom("exec chroot " + jail + " \"$@\"", "read", "up");
        says(up, "inside\n");
        says(room.callFrom("exec chroot " + jail + " \"$@\"", "path", "/link"), jail + "/etc/name\n");
        says(room.callFrom("exec chroot " + jail + " \"$@\"", "path", "missing/one"), jail + "/missing/one\n");
        assertThat(room.jvms()).hasSize(1);
    }

    @Test
    void aPathIsSaidAsItIsOnTheHost() throws Exception {
        Path directory = Files.createDirectories(place.resolve("paths/real"));
        Files.createSymbolicLink(directory.resolveSibling("link"), Path.of("real"));
        String from = "cd '" + directory.getParent() + "' && exec \"$@\"";
        says(room.callFrom(from, "path", "link"), directory + "\n");
        says(room.callFrom(from, "path", "./link/not/there/"), directory + "/not/there\n");
        says(room.callFrom(from, "path", "."), directory.getParent() + "\n");
        assertThat(room.callFrom(from, "path", "nowhere/../real").output())
                .isEqualTo("open nowhere/../real: No such file or directory (ENOENT)\n");
        assertThat(room.callFrom(from, "path", "").output())
                .isEqualTo("open \"\": No such file or directory (ENOENT)\n");
    }

    @Test
    void signalsReachTheProgram() throws Exception {
        Process call = room.begin("exec \"$@\"", "signals", "4");
        BufferedReader out = call.inputReader(StandardCharsets.UTF_8);
        assertThat(out.readLine()).isEqualTo("ready");
        for (String name : new String[] {"INT", "TERM", "USR1", "RTMIN+3"}) {
            CommandRoom.signal(call.toHandle(), name);
            assertThat(out.readLine()).isEqualTo("SIG" + name);
        }
        assertThat(call.waitFor()).isZero();
    }

    @Test
    void aSignalThatTheCallerIgnoresStaysIgnored() throws Exception {
        Process call = room.begin("trap '' HUP INT; exec \"$@\"", "signals", "1");
        BufferedReader out = call.inputReader(StandardCharsets.UTF_8);
        assertThat(out.readLine()).isEqualTo("ready");
        CommandRoom.signal(call.toHandle(), "HUP");
        CommandRoom.signal(call.toHandle(), "INT");
        CommandRoom.signal(call.toHandle(), "TERM");
        assertThat(out.readLine()).isEqualTo("SIGTERM");
        assertThat(call.waitFor()).isZero();
    }

    @Test
    void aSignalEndsAProgramThatDoesNotAskForIt() throws Exception {
        // As a shell sees it: ended by the signal, not with a status that looks like it.
        Process call = room.begin("\"$@\" & wait $!; echo \"status $?\"", "hang");
        BufferedReader out = call.inputReader(StandardCharsets.UTF_8);
        assertThat(out.readLine()).isEqualTo("hanging");
        ProcessHandle forwarder = call.children().findFirst().orElseThrow();
        CommandRoom.signal(forwarder, "TERM");
        assertThat(out.readLine()).isEqualTo("status 143");
        assertThat(call.waitFor()).isZero();
        CommandRoom.until("that the program is woken", () -> logSays("woken, and nobody is there"));
    }

    private boolean logSays(String text) {
        try {
            return room.log().contains(text);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aProgramWakesUpWhenItsForwarderIsKilled() throws Exception {
        Process call = room.begin("exec \"$@\"", "hang");
        assertThat(call.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("hanging");
        call.destroyForcibly();
        assertThat(call.waitFor()).isEqualTo(137);
        CommandRoom.until("that the program is woken", () -> logSays("woken, and nobody is there"));
        says(room.call("words"), "[words]\n");
    }

    @Test
    void aMistakeInTheProgramIsOneLineAndATraceInTheLog() throws Exception {
        CommandRoom.Ended call = room.call("mistake");
        assertThat(call.status()).isEqualTo(125);
        assertThat(call.error())
                .isEqualTo("estiba: a mistake in this program has ended the call; the log of its JVM says where\n");
        assertThat(room.log()).contains("IllegalStateException: a mistake of the test's");
    }

    @Test
    void nothingIsATerminalHere() throws Exception {
        says(room.call("terminals"), "false false false\n");
    }
}

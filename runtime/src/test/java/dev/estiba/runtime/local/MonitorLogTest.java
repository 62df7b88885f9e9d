package dev.estiba.runtime.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.ProcessFacts;
import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.monitor.AttachClient;
import dev.estiba.runtime.monitor.AttachFrame;
import dev.estiba.runtime.monitor.ExitRecord;
import dev.estiba.runtime.monitor.LogTarget;
import dev.estiba.runtime.monitor.MonitorSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A monitor's log files: their turns, their ends, a disk that is full. */
class MonitorLogTest {
    /** {@code line 001} to {@code line 100}. */
    private static final String HUNDRED = "i=1000; while [ $i -lt 1100 ]; do i=$((i + 1)); echo line ${i#1}; done";

    @TempDir
    Path directory;

    private MonitorRoom room;
    private Path log;

    @BeforeEach
    void open() {
        room = new MonitorRoom(directory);
        log = directory.resolve("log");
    }

    @AfterEach
    void close() throws Exception {
        room.close();
    }

    private MonitorSettings to(LogTarget.Format format, long maxSize, int maxFiles) {
        return MonitorRoom.settings().withLog(new LogTarget.File(format, log.toString(), maxSize, maxFiles));
    }

    private static List<String> lines(Path... files) throws Exception {
        List<String> lines = new ArrayList<>();
        for (Path file : files) {
            lines.addAll(Files.readAllLines(file));
        }
        return lines.stream()
                .map(line -> line.replaceAll(".*(line ...).*", "$1"))
                .toList();
    }

    private static List<String> numbered(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj("line %03d"::formatted).toList();
    }

    @Test
    void aKubernetesLogMarksParts() throws Exception {
        room.ended(room.start(
                to(LogTarget.Format.CRI, 0, 1),
                "printf 'one <\\377>\\n'; head -c 16390 /dev/zero | tr '\\0' x; echo; sleep 0.1; printf rest >&2"));
        String time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{0,8}[1-9])?Z ";
        List<String> lines =
                Files.readString(log, StandardCharsets.ISO_8859_1).lines().toList();
        assertThat(lines).allMatch(line -> line.matches(time + ".*"));
        assertThat(lines.stream().map(line -> line.replaceFirst(time, "")))
                .containsExactly(
                        "stdout F one <\u00ff>", "stdout P " + "x".repeat(16384), "stdout F xxxxxx", "stderr P rest");
    }

    @Test
    void filesTakeTurns() throws Exception {
        assertThat(room.ended(room.start(to(LogTarget.Format.JSON, 1000, 3), HUNDRED))
                        .lost())
                .isZero();
        assertThat(directory.resolve("log.3")).doesNotExist();
        List<String> kept = lines(directory.resolve("log.2"), directory.resolve("log.1"), log);
        // Docker's rule: a line goes into a new file when it finds the old one full; so a full one has a line more.
        long length = Files.size(directory.resolve("log.1"));
        assertThat(length).isBetween(1000L, 1100L);
        assertThat(kept).isEqualTo(numbered(100 - kept.size() + 1, 100));
        assertThat(kept.size()).isBetween(25, 50);
        assertThat(Files.getPosixFilePermissions(directory.resolve("log.1")))
                .isEqualTo(java.nio.file.attribute.PosixFilePermissions.fromString("rw-r-----"));
    }

    @Test
    void oneFileAloneBeginsAnew() throws Exception {
        room.ended(room.start(to(LogTarget.Format.JSON, 1000, 1), HUNDRED));
        assertThat(directory.resolve("log.1")).doesNotExist();
        List<String> kept = lines(log);
        assertThat(kept).isEqualTo(numbered(100 - kept.size() + 1, 100)).hasSizeLessThan(20);
    }

    @Test
    void anOldLogIsAppendedTo() throws Exception {
        Files.writeString(log, "before\n");
        room.ended(room.start(to(LogTarget.Format.CRI, 0, 1), "echo line 001"));
        assertThat(lines(log)).containsExactly("before", "line 001");
    }

    @Test
    void aRenamedFileIsLetGoOf() throws Exception {
        AttachClient.Given given = AttachClient.given(EnumSet.allOf(AttachClient.Wants.class));
        try (AttachClient client = given.client()) {
            MonitorRoom.Running running =
                    room.start(to(LogTarget.Format.CRI, 0, 1).withInput(false), "cat", given);
            client.write("line 001\n".getBytes(StandardCharsets.UTF_8));
            MonitorRoom.until(client, "line 001");
            Files.move(log, directory.resolve("old"));
            client.reopenLog();
            assertThat(client.next(MonitorRoom.LONG)).contains(new AttachFrame.Done(0));
            client.write("line 002\n".getBytes(StandardCharsets.UTF_8));
            client.closeInput();
            MonitorRoom.hear(client);
            room.ended(running);
            assertThat(lines(directory.resolve("old"))).containsExactly("line 001");
            assertThat(lines(log)).containsExactly("line 002");
        }
    }

    @Test
    void aLogThatCannotBeOpenedAnewStays() throws Exception {
        AttachClient.Given given = AttachClient.given(EnumSet.allOf(AttachClient.Wants.class));
        try (AttachClient client = given.client()) {
            MonitorRoom.Running running =
                    room.start(to(LogTarget.Format.CRI, 0, 1).withInput(false), "cat", given);
            MonitorRoom.welcomed(client);
            Files.move(log, directory.resolve("old"));
            Files.createDirectory(log);
            client.reopenLog();
            assertThat(client.next(MonitorRoom.LONG)).contains(new AttachFrame.Done(Errno.EISDIR.number()));
            client.write("line 001\n".getBytes(StandardCharsets.UTF_8));
            client.closeInput();
            MonitorRoom.hear(client);
            room.ended(running);
            assertThat(lines(directory.resolve("old"))).containsExactly("line 001");
        }
    }

    @Test
    void aLogIsNoLinkAndNoPipe() throws Exception {
        Files.createSymbolicLink(log, directory.resolve("elsewhere"));
        org.assertj.core.api.Assertions.assertThatIOException()
                .isThrownBy(() -> room.start(to(LogTarget.Format.JSON, 0, 1), "exit 0"))
                .withMessageContaining("the monitor: open the container's log");
        assertThat(directory.resolve("elsewhere")).doesNotExist();
    }

    private static void command(String... words) throws Exception {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }

    @Test
    @Tag("kernel")
    void aFullDiskLosesLinesAndNothingElse() throws Exception {
        assumeTrue(ProcessFacts.self().uid() == 0, "a small file system is mounted by root");
        Path small = Files.createDirectory(directory.resolve("small"));
        command("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", small.toString());
        try {
            log = small.resolve("log");
            AttachClient.Given given = AttachClient.given(EnumSet.allOf(AttachClient.Wants.class));
            try (AttachClient client = given.client()) {
                MonitorRoom.Running running = room.start(
                        to(LogTarget.Format.JSON, 0, 1).withInput(false),
                        HUNDRED + "; " + HUNDRED + "; " + HUNDRED + "; echo full; read x; echo line 777; exit 3",
                        given);
                MonitorRoom.until(client, "full");
                // Room again: what comes from here on is kept.
                try (var file = Files.newByteChannel(log, java.nio.file.StandardOpenOption.WRITE)) {
                    file.truncate(0);
                }
                client.write("\n".getBytes(StandardCharsets.UTF_8));
                MonitorRoom.hear(client);
                ExitRecord end = room.ended(running);
                assertThat(end.code()).isEqualTo(3);
                assertThat(end.lost()).isBetween(50L, 250L);
                assertThat(Files.readAllLines(log))
                        .allMatch(line -> line.matches(
                                "\\{\"log\":\"(line ...|full)\\\\n\",\"stream\":\"stdout\",\"time\":\"[^\"]*\"}"));
                assertThat(lines(log)).contains("line 777");
            }
        } finally {
            command("umount", small.toString());
        }
    }
}

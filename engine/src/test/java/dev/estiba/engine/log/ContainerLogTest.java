package dev.estiba.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.LogsOptions;
import dev.estiba.api.OutputStreamName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs as the monitor writes them, read while it renames them. */
class ContainerLogTest {
    private static final LogsOptions ALL =
            new LogsOptions(true, true, false, false, false, Optional.empty(), Optional.empty(), OptionalLong.empty());

    @TempDir
    Path directory;

    private Path file;
    private ContainerLog log;
    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void open() {
        file = directory.resolve("c-json.log");
        log = ContainerLog.of(file);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private static String entry(String stream, int second, String text) {
        return "{\"log\":\"" + text + "\",\"stream\":\"" + stream + "\",\"time\":\"2026-01-02T03:04:"
                + (second < 10 ? "0" : "") + second + ".123456789Z\"}\n";
    }

    private static String out(int second) {
        return entry("stdout", second, "line " + second + "\\n");
    }

    private void write(Path to, String... entries) throws IOException {
        Files.writeString(to, String.join("", entries), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void rotate(int files) throws IOException {
        for (int i = files - 1; i > 0; i--) {
            Path from = i == 1 ? file : rotated(i - 1);
            if (Files.exists(from)) {
                Files.move(from, rotated(i), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.deleteIfExists(file);
    }

    private Path rotated(int number) {
        return directory.resolve("c-json.log." + number);
    }

    private List<String> read(LogsOptions options) throws IOException {
        said.clear();
        log.read(options, (stream, bytes) -> said.add(new String(bytes, StandardCharsets.UTF_8)));
        return said;
    }

    private List<String> readOn() throws IOException {
        said.clear();
        log.readOn(ALL, (stream, bytes) -> said.add(new String(bytes, StandardCharsets.UTF_8)));
        return said;
    }

    private static LogsOptions tail(long lines) {
        return new LogsOptions(
                true, true, false, false, false, Optional.empty(), Optional.empty(), OptionalLong.of(lines));
    }

    @Test
    void noLogIsAnEmptyOne() throws IOException {
        assertThat(read(ALL)).isEmpty();
        assertThat(read(tail(3))).isEmpty();
        assertThat(readOn()).isEmpty();
    }

    @Test
    void olderFilesComeFirst() throws IOException {
        write(rotated(2), out(1), out(2));
        write(rotated(1), out(3));
        write(file, out(4), out(5));
        assertThat(read(ALL)).containsExactly("line 1\n", "line 2\n", "line 3\n", "line 4\n", "line 5\n");
    }

    @Test
    void theTailIsCountedAcrossFiles() throws IOException {
        write(rotated(2), out(1), out(2));
        write(rotated(1), out(3));
        write(file, out(4), out(5));
        assertThat(read(tail(0))).isEmpty();
        assertThat(read(tail(1))).containsExactly("line 5\n");
        assertThat(read(tail(2))).containsExactly("line 4\n", "line 5\n");
        assertThat(read(tail(3))).containsExactly("line 3\n", "line 4\n", "line 5\n");
        assertThat(read(tail(4))).containsExactly("line 2\n", "line 3\n", "line 4\n", "line 5\n");
        assertThat(read(tail(Long.MAX_VALUE))).hasSize(5);
        assertThat(read(tail(-1))).hasSize(5);
    }

    /** dockerd looks for line feeds of the file: a part of a long line is an entry as any other. */
    @Test
    void aPartOfALongLineIsAnEntryOfTheTail() throws IOException {
        write(file, out(1), entry("stdout", 2, "part"), entry("stdout", 2, "rest\\n"));
        assertThat(read(tail(1))).containsExactly("rest\n");
        assertThat(read(tail(2))).containsExactly("part", "rest\n");
    }

    /** As dockerd: {@code --tail 2 --since} shows those of the last two that are late enough. */
    @Test
    void theTailIsTakenBeforeStreamsAndTimesAreLookedAt() throws IOException {
        write(file, out(1), out(2), entry("stderr", 3, "wrong\\n"));
        LogsOptions lastOfStdout = new LogsOptions(
                true, false, false, false, false, Optional.empty(), Optional.empty(), OptionalLong.of(2));
        assertThat(read(lastOfStdout)).containsExactly("line 2\n");
    }

    @Test
    void aTailIsFoundInALogOfManyBlocks() throws IOException {
        String block = "x".repeat(1000);
        for (int i = 0; i < 300; i++) {
            write(file, entry("stdout", i % 60, i + block + "\\n"));
        }
        assertThat(read(tail(200))).hasSize(200).first().asString().startsWith("100x");
    }

    @Test
    void timesAreTakenInclusively() throws IOException {
        write(file, out(1), out(2), out(3), out(4));
        Optional<Instant> second = Optional.of(Instant.parse("2026-01-02T03:04:02.123456789Z"));
        Optional<Instant> third = Optional.of(Instant.parse("2026-01-02T03:04:03.123456789Z"));
        assertThat(read(new LogsOptions(true, true, false, false, false, second, third, OptionalLong.empty())))
                .containsExactly("line 2\n", "line 3\n");
        assertThat(read(new LogsOptions(
                        true,
                        true,
                        false,
                        false,
                        false,
                        second.map(time -> time.plusNanos(1)),
                        third.map(time -> time.minusNanos(1)),
                        OptionalLong.empty())))
                .isEmpty();
    }

    @Test
    void aTimeStampHasAllItsNineDigits() throws IOException {
        write(file, out(7).replace("123456789", "5"));
        assertThat(read(new LogsOptions(
                        true, true, false, true, false, Optional.empty(), Optional.empty(), OptionalLong.empty())))
                .containsExactly("2026-01-02T03:04:07.500000000Z line 7\n");
    }

    @Test
    void eachStreamKeepsItsName() throws IOException {
        write(file, out(1), entry("stderr", 2, "wrong\\n"));
        List<OutputStreamName> names = new ArrayList<>();
        log.read(ALL, (stream, bytes) -> names.add(stream));
        assertThat(names).containsExactly(OutputStreamName.STDOUT, OutputStreamName.STDERR);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"log\":\"cut off",
                "[]",
                "null",
                "{\"log\":\"x\\n\",\"stream\":\"stdout\"}",
                "{\"log\":\"x\\n\",\"stream\":\"stdout\",\"time\":\"yesterday\"}",
                "{\"log\":\"x\\n\",\"stream\":\"stdout\",\"time\":\"2026-01-02T03:04:05Z\"",
                "\u0000\u0000\u0000\u0000",
            })
    void aLineThatIsNoneIsPassedOver(String damaged) throws IOException {
        write(file, out(1), damaged + "\n", out(2));
        assertThat(read(ALL)).containsExactly("line 1\n", "line 2\n");
    }

    @Test
    void aLineWithoutAnEndDoesNotFillTheMemory() throws IOException {
        write(file, out(1));
        byte[] megabyte = new byte[1 << 20];
        for (int i = 0; i < 64; i++) {
            Files.write(file, megabyte, StandardOpenOption.APPEND);
        }
        write(file, "\n", out(2));
        assertThat(read(ALL)).containsExactly("line 1\n", "line 2\n");
    }

    @Test
    void whoFollowsGetsALineWhenItIsWhole() throws IOException {
        write(file, out(1));
        assertThat(read(ALL)).hasSize(1);
        String half = out(2);
        write(file, half.substring(0, 20));
        assertThat(readOn()).isEmpty();
        write(file, half.substring(20), out(3));
        assertThat(readOn()).containsExactly("line 2\n", "line 3\n");
        assertThat(readOn()).isEmpty();
    }

    @Test
    void whoFollowsWithoutATailGetsWhatIsNew() throws IOException {
        write(file, out(1), out(2));
        assertThat(read(tail(0))).isEmpty();
        write(file, out(3));
        assertThat(readOn()).containsExactly("line 3\n");
    }

    @Test
    void aRotationLosesNothing() throws IOException {
        write(file, out(1));
        read(ALL);
        write(file, out(2));
        rotate(3);
        write(file, out(3));
        assertThat(readOn()).containsExactly("line 2\n", "line 3\n");
    }

    @Test
    void twoRotationsLoseNothing() throws IOException {
        write(file, out(1));
        read(ALL);
        write(file, out(2));
        rotate(4);
        write(file, out(3), out(4));
        rotate(4);
        write(file, out(5));
        assertThat(readOn()).containsExactly("line 2\n", "line 3\n", "line 4\n", "line 5\n");
    }

    /** With one file alone the new one is made where the old one was removed, often with its inode number. */
    @Test
    void aLogThatIsBegunAnewIsReadFromItsBeginning() throws IOException {
        for (int i = 0; i < 20; i++) {
            write(file, out(2 * i), out(2 * i + 1));
            if (i > 0) {
                assertThat(readOn()).containsExactly("line " + 2 * i + "\n", "line " + (2 * i + 1) + "\n");
            } else {
                read(ALL);
            }
            rotate(1);
        }
    }

    @Test
    void aRotationThatIsHalfDoneLosesNothing() throws IOException {
        write(file, out(1));
        read(ALL);
        write(file, out(2));
        rotate(3); // there is no live file now
        assertThat(readOn()).containsExactly("line 2\n");
        write(file, out(3));
        assertThat(readOn()).containsExactly("line 3\n");
    }
}

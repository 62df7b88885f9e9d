package dev.estiba.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.LogsOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs that are packed while their monitor rotates them and while they are read. */
class LogPackingTest {
    private static final int FILES = 4;

    @TempDir
    Path directory;

    private Path file;
    private LogPacking packing;
    private ContainerLog log;
    private int written;

    @BeforeEach
    void open() {
        file = directory.resolve("c-json.log");
        packing = new LogPacking(file, FILES);
        log = ContainerLog.of(file, Map.of(), FILES);
    }

    @AfterEach
    void close() {
        log.close();
    }

    /** As the monitor: a whole file of lines, then all get the next number. */
    private void fill(int lines) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            text.append("{\"log\":\"")
                    .append(written)
                    .append("\\n\",\"stream\":\"stdout\",\"time\":\"2026-01-02T03:04:05.")
                    .append(100_000_000 + written)
                    .append("Z\"}\n");
            written++;
        }
        Files.writeString(file, text);
    }

    private void rotate() throws IOException {
        for (int i = FILES - 1; i > 0; i--) {
            Path from = i == 1 ? file : named("." + (i - 1));
            if (Files.exists(from)) {
                Files.move(from, named("." + i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private void fillAndRotate(int lines) throws IOException {
        fill(lines);
        rotate();
    }

    private Path named(String suffix) {
        return directory.resolve("c-json.log" + suffix);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(each -> each.getFileName().toString().substring("c-json.log".length()))
                    .sorted()
                    .toList();
        }
    }

    private List<Integer> read(long tail) throws IOException {
        List<Integer> said = new ArrayList<>();
        LogsOptions options = new LogsOptions(
                true,
                true,
                false,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                tail < 0 ? OptionalLong.empty() : OptionalLong.of(tail));
        log.read(options, (_, bytes) -> said.add(number(bytes)));
        return said;
    }

    private static int number(byte[] bytes) {
        return Integer.parseInt(new String(bytes, StandardCharsets.UTF_8).strip());
    }

    private static List<Integer> numbers(int first, int end) {
        List<Integer> all = new ArrayList<>();
        for (int i = first; i < end; i++) {
            all.add(i);
        }
        return all;
    }

    private void packAll() throws IOException {
        while (packing.step()) {
            // one after the other
        }
    }

    @Test
    void whatWasPutAsideIsPackedAndReadAsBefore() throws Exception {
        fillAndRotate(10);
        fillAndRotate(10);
        fill(10);
        assertThat(read(-1)).isEqualTo(numbers(0, 30));
        packAll();
        assertThat(names()).containsExactly("", ".1.gz", ".2.gz");
        assertThat(read(-1)).isEqualTo(numbers(0, 30));
        for (int tail : new int[] {0, 1, 9, 10, 11, 20, 21, 29, 30, 31}) {
            assertThat(read(tail)).as("tail %s", tail).isEqualTo(numbers(Math.max(0, 30 - tail), 30));
        }
        try (InputStream in = new GZIPInputStream(Files.newInputStream(named(".2.gz")))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).startsWith("{\"log\":\"0\\n\"");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(named(".1.gz"))))
                .isEqualTo("rw-r-----");
        assertThat(packing.step()).isFalse();
    }

    @Test
    void theOldestGoes() throws Exception {
        fill(10);
        for (int i = 0; i < 6; i++) {
            rotate();
            fill(10);
            packAll();
        }
        assertThat(names()).containsExactly("", ".1.gz", ".2.gz", ".3.gz");
        assertThat(read(-1)).isEqualTo(numbers(30, 70));
    }

    @Test
    void whoFollowsMissesNothingWhileItIsPacked() throws Exception {
        fillAndRotate(10);
        fill(10);
        assertThat(read(-1)).isEqualTo(numbers(0, 20));
        List<Integer> more = new ArrayList<>();
        LogsOptions all = new LogsOptions(
                true, true, true, false, false, Optional.empty(), Optional.empty(), OptionalLong.empty());
        rotate();
        Files.writeString(file, "");
        packAll();
        log.readOn(all, (_, bytes) -> more.add(number(bytes)));
        assertThat(more).isEmpty();
        // Two rotations at once, and both packed, before anybody looks.
        fill(10);
        rotate();
        fill(10);
        rotate();
        fill(10);
        packAll();
        log.readOn(all, (_, bytes) -> more.add(number(bytes)));
        assertThat(more).isEqualTo(numbers(20, 50));
    }

    @Test
    void whoFollowsFromBeforeTheFirstLineMissesNothing() throws Exception {
        assertThat(read(-1)).isEmpty();
        fillAndRotate(10);
        fill(10);
        packAll();
        List<Integer> more = new ArrayList<>();
        LogsOptions all = new LogsOptions(
                true, true, true, false, false, Optional.empty(), Optional.empty(), OptionalLong.empty());
        log.readOn(all, (_, bytes) -> more.add(number(bytes)));
        assertThat(more).isEqualTo(numbers(0, 20));
    }

    @Test
    void theNextOneGoesOnWhereAKilledOneWas() throws Exception {
        fillAndRotate(10);
        fill(10);
        packAll();
        rotate();
        fill(10);
        // It had taken the file and begun to write.
        Files.move(named(".1"), named(".packing"));
        Files.write(named(".gz"), new byte[] {31, (byte) 139, 8});
        assertThat(read(-1)).isEqualTo(numbers(0, 30));
        // It had made room as well.
        Files.move(named(".1.gz"), named(".2.gz"));
        assertThat(read(-1)).isEqualTo(numbers(0, 30));
        packAll();
        assertThat(names()).containsExactly("", ".1.gz", ".2.gz");
        assertThat(read(-1)).isEqualTo(numbers(0, 30));
        // All but the last step was done.
        try (InputStream in = new GZIPInputStream(Files.newInputStream(named(".1.gz")))) {
            Files.write(named(".packing"), in.readAllBytes());
        }
        assertThat(read(-1)).isEqualTo(numbers(0, 30));
        packAll();
        assertThat(names()).containsExactly("", ".1.gz", ".2.gz");
        assertThat(read(-1)).isEqualTo(numbers(0, 30));
        // Killed between two renames.
        Files.move(named(".2.gz"), named(".3.gz"));
        assertThat(read(-1)).isEqualTo(numbers(0, 30));
        rotate();
        fill(10);
        packAll();
        assertThat(names()).containsExactly("", ".1.gz", ".2.gz", ".3.gz");
        assertThat(read(-1)).isEqualTo(numbers(0, 40));
    }

    @Test
    void oneThatWasCutOffIsReadAsFarAsItGoes() throws Exception {
        fillAndRotate(2000);
        fill(10);
        packAll();
        byte[] packed = Files.readAllBytes(named(".1.gz"));
        Files.write(named(".1.gz"), java.util.Arrays.copyOf(packed, packed.length / 2));
        List<Integer> said = read(-1);
        assertThat(said).containsAll(numbers(2000, 2010)).startsWith(0).hasSizeBetween(100, 2009);
        assertThat(read(10)).isEqualTo(numbers(2000, 2010));
        Files.write(named(".1.gz"), new byte[0]);
        assertThat(read(-1)).isEqualTo(numbers(2000, 2010));
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(named(".1.gz")))) {
            out.write("no line".getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(read(-1)).isEqualTo(numbers(2000, 2010));
    }

    /** In whatever order a monitor rotates and a packer packs: what is read is in order, without a gap and without a double. */
    @Test
    void anyOrderOfStepsIsReadInOrder() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        fill(5);
        for (int i = 0; i < 200; i++) {
            if (random.nextInt(3) > 0) {
                rotate();
                fill(1 + random.nextInt(5));
            } else {
                boolean unused = packing.step();
            }
            List<Integer> said = read(-1);
            assertThat(said)
                    .as("seed %s, step %s, %s", seed, i, names())
                    .isNotEmpty()
                    .isEqualTo(numbers(said.getFirst(), written));
        }
        assertThat(Collections.max(read(-1))).isEqualTo(written - 1);
    }
}

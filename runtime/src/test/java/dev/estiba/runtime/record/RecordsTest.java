package dev.estiba.runtime.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.oci.runtime.Hook;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordsTest {
    private static final long SEED = 20_251_125;

    private static ContainerRecord sample() {
        Map<String, String> annotations = new LinkedHashMap<>();
        annotations.put("z", "with \"quotes\" and\nlines");
        annotations.put("a", "");
        return new ContainerRecord(
                "c1",
                "/bundles/c1",
                "/bundles/c1/rootfs",
                "2026-01-02T03:04:05.678Z",
                4_294_967_294L,
                "051a4797-ede4-418a-81e7-f78dba316c9a",
                true,
                annotations,
                List.of("/sys/fs/cgroup/cpu,cpuacct/docker/c1", "/sys/fs/cgroup/freezer/docker/c1"),
                false,
                List.of(new Hook("/bin/a", List.of("a", "b"), List.of("X=1"), OptionalInt.of(3))),
                List.of(new Hook("/bin/b", List.of(), List.of(), OptionalInt.empty())));
    }

    private static String text() {
        return new String(RecordWriter.write(sample()), StandardCharsets.UTF_8);
    }

    private static ContainerRecord read(String text) throws RecordException {
        return RecordReader.read(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        ContainerRecord read = RecordReader.read(RecordWriter.write(sample()));
        assertThat(read).isEqualTo(sample());
        assertThat(read.annotations().keySet()).containsExactly("z", "a");
    }

    @Test
    void whatALaterMinorFormatAddsIsPassedOver() throws Exception {
        assertThat(read(text().replace("{\"version\"", "{\"later\":[{\"x\":{}}],\"version\"")))
                .isEqualTo(sample());
    }

    @Test
    void aLaterVersionIsRefusedInWords() {
        assertThatThrownBy(() -> read(text().replace("\"version\":1", "\"version\":7")))
                .isInstanceOf(RecordException.class)
                .hasMessage("it has the version 7, this is a runtime of version 1: use the one that made the container")
                .extracting(e -> ((RecordException) e).isCutShort())
                .isEqualTo(false);
    }

    /** A create that was killed while it wrote: told apart from a record that must not be touched. */
    @Test
    void everyBeginningIsCutShort() {
        byte[] whole = RecordWriter.write(sample());
        for (int length = 1; length < whole.length - 2; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> RecordReader.read(cut))
                    .as("the first %d bytes", length)
                    .isInstanceOf(RecordException.class)
                    .hasMessage("it is no whole JSON document")
                    .extracting(e -> ((RecordException) e).isCutShort())
                    .isEqualTo(true);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/sys/fs/cgroup/freezer",
                "/sys/fs/cgroup/freezer/",
                "/sys/fs/cgroup/freezer/../../../../etc",
                "/sys/fs/cgroup/freezer/a//b",
                "/sys/fs/cgroup/./a",
                "/etc/freezer/a",
                "sys/fs/cgroup/freezer/a",
                "/sys/fs/cgroup/freezer/a\\u0000b",
                ""
            })
    void noOtherDirectoryIsEverRemoved(String path) {
        String damaged = text().replace("/sys/fs/cgroup/freezer/docker/c1", path);
        assertThatThrownBy(() -> read(damaged))
                .isInstanceOf(RecordException.class)
                .hasMessage("it names a cgroup that is none: " + path.replace("\\u0000", "\0"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "7",
                "{\"version\":\"1\"}",
                "{\"version\":1,\"id\":3}",
                "{\"cgroups\":{}}",
                "{\"cgroups\":[1]}"
            })
    void otherLayoutsAreRefused(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(RecordException.class)
                .hasMessage("it is not laid out as a record");
    }

    @Test
    void damagedBytesNeverEndInAnythingElse() {
        Random random = new Random(SEED);
        byte[] whole = RecordWriter.write(sample());
        for (int i = 0; i < 3000; i++) {
            byte[] damaged = whole.clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                RecordReader.read(damaged);
            } catch (RecordException e) {
                assertThat(e.getMessage()).as("seed %d, round %d", SEED, i).isNotEmpty();
            }
        }
    }

    @Test
    void initsAreReadAsPlansWriteThem() {
        String text = "{\"pid\":                 123,\"start\":            45678901}\n";
        assertThat(InitRecord.parse(text.getBytes(StandardCharsets.US_ASCII)))
                .contains(new InitRecord(123, 45_678_901));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"pid\": 1",
                "{\"pid\": 0,\"start\": 1}\n",
                "{\"pid\": 4294967297,\"start\": 1}\n",
                "{\"pid\": -1,\"start\": 1}\n",
                "{\"pid\": 1,\"start\": 9999999999999999999}\n"
            })
    void whatIsCutShortNamesNobody(String text) {
        assertThat(InitRecord.parse(text.getBytes(StandardCharsets.US_ASCII))).isEmpty();
    }
}

package dev.estiba.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.estiba.api.ContainerConfig;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.NetworkingConfig;
import dev.estiba.api.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordJsonTest {
    private static final long SEED = 20_261_126;
    private static final int ROUNDS = Boolean.getBoolean("estiba.long") ? 200_000 : 4_000;

    static ContainerRecord sample(String id, String name, boolean ephemeral) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("z", "with \"quotes\" and\nlines, ü");
        labels.put("a", "");
        CreateRequest request = new CreateRequest(
                ContainerConfig.builder()
                        .image("hello")
                        .cmd(List.of("sh", "-c", "echo \u0001"))
                        .env(List.of("A=b", "C="))
                        .labels(labels)
                        .stopTimeout(3)
                        .build(),
                HostConfig.builder()
                        .binds(List.of("/a:/b:ro"))
                        .resources(Resources.builder().memory(64L << 20).build())
                        .init(true)
                        .build(),
                new NetworkingConfig(Map.of()));
        return new ContainerRecord(
                id, name, "2026-01-02T03:04:05.678901234Z", "sha256:aa", List.of("/l/1", "/l/2"), ephemeral, request);
    }

    private static ContainerRecord sample() {
        return sample("ab".repeat(32), "stowed_crate", true);
    }

    private static String text() {
        return new String(RecordJson.write(sample()), StandardCharsets.UTF_8);
    }

    private static ContainerRecord read(String text) throws IOException {
        return RecordJson.read(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        assertThat(RecordJson.read(RecordJson.write(sample()))).isEqualTo(sample());
        ContainerRecord limited = new ContainerRecord(
                sample().id(),
                "small",
                sample().created(),
                "sha256:aa",
                List.of(),
                false,
                sample().request(),
                List.of(),
                OptionalLong.of(1L << 31));
        assertThat(RecordJson.read(RecordJson.write(limited))).isEqualTo(limited);
        assertThat(limited.withName("other").with(limited.request()).project()).hasValue(1L << 31);
        Life life = new Life("2026-01-02T03:04:05Z", "2026-01-02T03:04:06Z", 137, "no \"such\" file\n", true, 3, true);
        assertThat(RecordJson.readLife(RecordJson.write(life))).isEqualTo(life);
        assertThat(RecordJson.readLife(RecordJson.write(Life.NONE))).isEqualTo(Life.NONE);
    }

    @Test
    void whatALaterMinorFormatAddsIsPassedOver() throws IOException {
        assertThat(read(text().replace("{\"version\"", "{\"later\":[{\"x\":{}}],\"version\"")))
                .isEqualTo(sample());
    }

    @Test
    void aLaterVersionIsRefusedInWords() {
        assertThatThrownBy(() -> read(text().replace("\"version\":1", "\"version\":7")))
                .isInstanceOf(IOException.class)
                .hasMessage("its record has the version 7, this is an engine of version 1:"
                        + " use the one that made the container");
    }

    @Test
    void aRecordWithoutAVersionIsDamaged() {
        assertThatThrownBy(() -> read(text().replace("\"version\":1,", "")))
                .isInstanceOf(IOException.class)
                .hasMessage("its record is damaged: it has no version");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "[]\n{}",
                "{}\n{}",
                "{\"version\":1",
                "{\"version\":\"1\"}\n{}",
                "{\"version\":1e99}\n{}",
                "{\"version\":1,\"id\":{\"version\":1}}\n{}",
                "{\"version\":1,\"id\":null}\n{}",
                "{\"version\":1,\"lowers\":[1]}\n{}",
                "{\"version\":1,\"lowers\":\"/\"}\n{}",
                "{\"version\":1,\"lowers\":[",
                "{\"version\":1} {}\n{}",
                "{\"version\":1}",
            })
    void aDamagedRecordIsRefused(String damaged) {
        assertThatThrownBy(() -> read(damaged))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("its record is damaged: ");
    }

    /** Whatever is in the file, who reads it gets words and no other exception. */
    @Test
    void anyBytesAreReadOrRefused() {
        Random random = new Random(SEED);
        byte[] whole = RecordJson.write(sample());
        byte[] life = RecordJson.write(new Life("a", "b", 1, "c", true, 0, false));
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = switch (round % 3) {
                case 0 -> noise(random);
                case 1 -> damaged(random, whole);
                default -> damaged(random, life);
            };
            tolerated(round, bytes, () -> RecordJson.read(bytes));
            tolerated(round, bytes, () -> RecordJson.readLife(bytes));
        }
    }

    private interface Reading {
        Object read() throws IOException;
    }

    private static void tolerated(int round, byte[] bytes, Reading reading) {
        try {
            assertThat(reading.read()).isNotNull();
        } catch (IOException e) {
            assertThat(e).hasMessageStartingWith("its ");
        } catch (RuntimeException | StackOverflowError e) {
            fail("seed " + SEED + " round " + round + ": " + new String(bytes, StandardCharsets.ISO_8859_1), e);
        }
    }

    private static byte[] noise(Random random) {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] damaged(Random random, byte[] whole) {
        byte[] bytes = Arrays.copyOf(whole, random.nextInt(4) == 0 ? random.nextInt(whole.length) : whole.length);
        for (int i = random.nextInt(5); i >= 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) "{}[]\",:0-enul\n\u00ff".charAt(random.nextInt(15));
        }
        return bytes;
    }
}

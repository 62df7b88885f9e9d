package dev.estiba.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever comes, a body is read or refused; what was read is written and read back equal. */
class BodyFuzzTest {
    private static final int ROUNDS = Boolean.getBoolean("estiba.long") ? 200_000 : 4_000;
    private static final String[] NAMES = {
        "Image",
        "Env",
        "Cmd",
        "HostConfig",
        "Memory",
        "Binds",
        "Mounts",
        "Target",
        "TmpfsOptions",
        "Options",
        "PortBindings",
        "80/tcp",
        "HostPort",
        "NetworkingConfig",
        "EndpointsConfig",
        "IPAMConfig",
        "Labels",
        "Volumes",
        "ConsoleSize",
        "Ulimits",
        "Init",
        "DeviceRequests",
        "Capabilities",
        "healthcheck",
        "x",
        "\\u0000"
    };

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private void check(byte[] document) {
        try {
            CreateRequest read = Body.CREATE_REQUEST.read(document);
            assertThat(Body.CREATE_REQUEST.read(Body.CREATE_REQUEST.write(read, Layout.COMPACT)))
                    .as("seed %d", seed)
                    .isEqualTo(read);
        } catch (ApiException refused) {
            assertThat(refused.status()).as("seed %d", seed).isEqualTo(400);
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + new String(document, StandardCharsets.UTF_8), e);
        }
    }

    @Test
    void randomBytes() {
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            check(bytes);
        }
    }

    @Test
    void randomDocuments() {
        for (int i = 0; i < ROUNDS; i++) {
            StringBuilder text = new StringBuilder();
            value(text, 6);
            check(text.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void damagedDocuments() {
        byte[] good = Body.CREATE_REQUEST.write(BodyTest.REQUEST, Layout.COMPACT);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bad = good.clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            check(bad);
        }
    }

    private void value(StringBuilder text, int depth) {
        switch (random.nextInt(depth == 6 ? 1 : depth == 0 ? 5 : 9)) {
            case 1 -> text.append(random.nextLong());
            case 2 ->
                text.append("\"").append(NAMES[random.nextInt(NAMES.length)]).append('"');
            case 3 -> text.append(random.nextBoolean());
            case 4 -> text.append("null");
            case 5, 6 -> {
                text.append('[');
                for (int i = random.nextInt(4); i > 0; i--) {
                    value(text, depth - 1);
                    text.append(i == 1 ? "" : ",");
                }
                text.append(']');
            }
            default -> {
                text.append('{');
                for (int i = depth == 0 ? 0 : random.nextInt(6); i > 0; i--) {
                    text.append('"').append(NAMES[random.nextInt(NAMES.length)]).append("\":");
                    value(text, depth - 1);
                    text.append(i == 1 ? "" : ",");
                }
                text.append('}');
            }
        }
    }
}

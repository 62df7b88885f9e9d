package dev.estiba.oci.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Layout;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Damaged documents: whatever comes in, a configuration or a DocumentException comes out, what is read can be judged and
 * written again, and no document costs more than a small multiple of its size.
 */
class FuzzTest {
    private static final long SEED = Long.getLong("estiba.seed", 4);

    /** For {@code --long}: twenty times as many. */
    private static final int DOCUMENTS = Boolean.getBoolean("estiba.long") ? 400_000 : 20_000;

    private static final byte[][] SEEDS = {
        Resource.bytes("docker-default.json"), Resource.bytes("everything.json"), text("""
            {"ociVersion":"1.3.0","process":{"cwd":"/","args":["sh"]},
             "linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW"}}}\
            """), text("""
                {"OCIVERSION":"1.0.2-dev","annotations":{"\\u0000":"\\ud83d\\udea2 é"},"x":[[[{}]]]}\
                """), text("""
                    {"ociVersion":"1.3.0","process":{"cwd":"/",
                     "rlimits":[{"type":"a","soft":18446744073709551615,"hard":-9e99}]}}\
                    """)
    };

    /** The long documents have less often their turn than the short ones, most of whose bytes mean something. */
    private static final int[] TURNS = {0, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4};

    private static final List<String> SPLICES = List.of(
            "null",
            "{}",
            "[]",
            "\"\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "-0",
            "1e400",
            "18446744073709551616",
            "-1",
            "true",
            "\"a\":",
            ",",
            "[[[[",
            "{\"a\":{\"a\":",
            "]",
            "}",
            "\u0000",
            "\u00e9",
            "\\",
            "0x1",
            "NaN",
            "//",
            "\ufeff");

    @Test
    void damagedDocumentsAreReadOrRefused() {
        SplittableRandom random = new SplittableRandom(SEED);
        int read = 0;
        int refused = 0;
        for (int i = 0; i < DOCUMENTS; i++) {
            byte[] document = mutate(random, SEEDS[TURNS[i % TURNS.length]]);
            try {
                if (survives(document, i % 4 == 0)) {
                    read++;
                } else {
                    refused++;
                }
            } catch (RuntimeException | Error e) {
                fail("seed " + SEED + ", document " + i + ": " + show(document), e);
            }
        }
        assertThat(read).as("documents still read").isGreaterThan(DOCUMENTS / 20);
        assertThat(refused).as("documents refused").isGreaterThan(DOCUMENTS / 5);
    }

    /** Whether the document is read; then everything that can be done with it is done. */
    private static boolean survives(byte[] document, boolean isWrittenAgain) {
        try {
            Config config = ConfigReader.read(document);
            for (Violation violation : ConfigRules.check(config)) {
                assertSpeakable(violation.sentence());
            }
            if (isWrittenAgain) {
                Config writable = config.toBuilder().otherSections(List.of()).build();
                byte[] written = ConfigWriter.write(writable, Layout.COMPACT);
                assertThat(ConfigReader.read(written)).isEqualTo(writable);
            }
            if (config.linux().isPresent() && config.linux().get().seccomp().isPresent()) {
                config.linux().get().seccomp().get().parse();
            }
            return true;
        } catch (DocumentException e) {
            assertSpeakable(e.getMessage());
            assertThat(e.line()).isPositive();
            assertThat(e.column()).isPositive();
            return false;
        }
    }

    /** A sentence is short and has nothing in it that moves a terminal's cursor. */
    static void assertSpeakable(String sentence) {
        boolean isSpeakable = sentence.length() < 1000;
        for (int i = 0; i < sentence.length(); i++) {
            isSpeakable &= !Character.isISOControl(sentence.charAt(i));
        }
        assertThat(isSpeakable).as(sentence).isTrue();
    }

    static byte[] mutate(SplittableRandom random, byte[] seed) {
        byte[] document = seed;
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            document = mutateOnce(random, document);
        }
        return document;
    }

    private static byte[] mutateOnce(SplittableRandom random, byte[] document) {
        if (document.length < 2) {
            return "{}".getBytes(StandardCharsets.UTF_8);
        }
        int from = random.nextInt(document.length);
        int to = Math.min(document.length, from + 1 + random.nextInt(40));
        return switch (random.nextInt(9)) {
            case 0 -> flip(random, document, from);
            case 1 -> join(document, from, new byte[0], to);
            case 2 -> join(document, to, Arrays.copyOfRange(document, from, to), to);
            case 3 -> join(document, from, text(SPLICES.get(random.nextInt(SPLICES.size()))), to);
            case 4 -> join(document, from, text(SPLICES.get(random.nextInt(SPLICES.size()))), from);
            case 5 -> Arrays.copyOf(document, from);
            case 6 -> nest(random, document, from);
            case 7 -> replaceNumber(random, document, from);
            default -> repeatLine(random, document, from);
        };
    }

    private static byte[] flip(SplittableRandom random, byte[] document, int at) {
        byte[] flipped = document.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        return flipped;
    }

    private static byte[] nest(SplittableRandom random, byte[] document, int at) {
        int depth = random.nextInt(120);
        byte[] nested = text("[".repeat(depth) + "]".repeat(random.nextInt(4) == 0 ? 0 : depth));
        return join(document, at, nested, at);
    }

    /** The next number of the document becomes another one, so that ranges are met inside sound syntax. */
    private static byte[] replaceNumber(SplittableRandom random, byte[] document, int at) {
        int from = at;
        while (from < document.length && (document[from] < '0' || document[from] > '9')) {
            from++;
        }
        int to = from;
        while (to < document.length && document[to] >= '0' && document[to] <= '9') {
            to++;
        }
        String number = random.nextBoolean() ? Long.toUnsignedString(random.nextLong()) : "" + random.nextInt(70000);
        return join(document, from, text(number), to);
    }

    /** A line comes a second time elsewhere: fields where they do not belong. */
    private static byte[] repeatLine(SplittableRandom random, byte[] document, int at) {
        int to = at;
        while (to < document.length && document[to] != '\n') {
            to++;
        }
        int elsewhere = random.nextInt(document.length);
        while (elsewhere < document.length && document[elsewhere] != '\n') {
            elsewhere++;
        }
        int from = at;
        while (from > 0 && document[from - 1] != '\n') {
            from--;
        }
        return join(document, elsewhere, Arrays.copyOfRange(document, from, to), elsewhere);
    }

    private static byte[] join(byte[] document, int end, byte[] middle, int start) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(document, 0, end);
        joined.writeBytes(middle);
        joined.write(document, start, document.length - start);
        return joined.toByteArray();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String show(byte[] document) {
        return HexFormat.of().formatHex(document, 0, Math.min(document.length, 4000));
    }

    @Test
    void theLargestDocumentsCostABoundedMultipleOfTheirSize() {
        long limit = 64L << 20;
        for (String start : List.of(
                "{\"ociVersion\":\"1\",\"process\":{\"cwd\":\"/\",\"args\":[",
                "{\"ociVersion\":\"1\",\"annotations\":{",
                "{\"ociVersion\":\"1\",\"mounts\":[",
                "{")) {
            StringBuilder document = new StringBuilder(start);
            for (int i = 0; document.length() < Cursor.MAX_BYTES - 100; i++) {
                String element = start.endsWith("[")
                        ? (start.contains("mounts") ? "{\"destination\":\"\"}" : "\"\"")
                        : "\"" + Integer.toString(i, 36) + "\":\"\"";
                document.append(i == 0 ? "" : ",").append(element);
            }
            byte[] bytes = text(document.toString());
            long before = allocated();
            boolean wasRead = survives(bytes, false);
            long cost = allocated() - before;

            assertThat(wasRead).as(start).isFalse();
            assertThat(cost).as("bytes allocated for %s", start).isLessThan(limit);
        }
    }

    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getCurrentThreadAllocatedBytes();
    }
}

package dev.estiba.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.linux.number.Abi;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The example in {@code native/README.md} is what the encoder writes; {@code -Destiba.update=true} writes it anew. */
class ReadmeTest {
    private static final Path README =
            Path.of(System.getProperty("estiba.repo", "")).resolve("native/README.md");
    private static final String BEGIN = "<!-- example: compared by ReadmeTest -->\n```\n";

    private static Plan example() {
        PlanBuilder plan = new PlanBuilder();
        Script outer = plan.actor(Actor.OUTER).onFailure("example failed", 1);
        byte[] hello = "hello\n".getBytes(StandardCharsets.US_ASCII);
        outer.writeAll(Arg.of(1), plan.bytes(hello, 1), Arg.of(hello.length), OnFailure.STOP, "say hello");
        outer.exit(Arg.ZERO, "end");
        return plan.build();
    }

    /** Sixteen bytes a line: offset, the bytes, what of them is readable. */
    private static String dump(byte[] bytes) {
        StringBuilder out = new StringBuilder();
        HexFormat spaced = HexFormat.ofDelimiter(" ");
        for (int at = 0; at < bytes.length; at += 16) {
            int end = Math.min(bytes.length, at + 16);
            String hex = spaced.formatHex(bytes, at, end);
            out.append(HexFormat.of().toHexDigits(at, 4)).append("  ").append(hex);
            out.append(" ".repeat(16 * 3 - 1 - hex.length() + 2));
            for (int i = at; i < end; i++) {
                out.append(bytes[i] > ' ' && bytes[i] < 127 ? (char) bytes[i] : '.');
            }
            out.append('\n');
        }
        return out.toString();
    }

    @Test
    void theExampleIsWhatTheEncoderWrites() throws Exception {
        String text = Files.readString(README, StandardCharsets.UTF_8);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf("```", begin);
        String wanted = dump(PlanEncoder.encode(example(), Abi.X86_64));
        if (Boolean.getBoolean("estiba.update")) {
            Files.writeString(README, text.substring(0, begin) + wanted + text.substring(end), StandardCharsets.UTF_8);
            return;
        }
        assertThat(text.substring(begin, end)).isEqualTo(wanted);
    }

    @Test
    void everyOperationAndTagIsNamed() throws Exception {
        String text = Files.readString(README, StandardCharsets.UTF_8);
        for (Op op : Op.values()) {
            assertThat(text)
                    .contains("| " + op.ordinal() + " | " + op.name().toLowerCase(java.util.Locale.ROOT) + " |");
        }
        for (dev.estiba.runtime.planner.Request.Tag tag : dev.estiba.runtime.planner.Request.Tag.values()) {
            String name = tag.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
            assertThat(text).contains((tag.ordinal() + 1) + " " + name);
        }
    }
}

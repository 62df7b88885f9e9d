package dev.estiba.runtime.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.estiba.linux.ExitStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Settings, frames and exit files as bytes. */
class MonitorRecordsTest {
    private static final String EXIT = "{\"pid\":12,\"start\":3456,\"code\":137,\"signal\":9,"
            + "\"finished\":\"2026-11-26T11:10:00.01002Z\",\"lost\":3}\n";

    private static ExitRecord exit(String text) throws IOException {
        return ExitRecord.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void settingsAreLines() {
        MonitorSettings settings = MonitorSettings.plain("exit")
                .withInput(true)
                .withSocket("attach")
                .withTitle("a title")
                .withLog(new LogTarget.File(LogTarget.Format.CRI, "/var/log/x=y", 10, 2));
        assertThat(new String(settings.encode(), StandardCharsets.UTF_8)).isEqualTo("""
                        version=1
                        terminal=0
                        stdin=1
                        stdin-once=1
                        log=cri
                        log-path=/var/log/x=y
                        log-max-size=10
                        log-max-files=2
                        exit=exit
                        socket=attach
                        title=a title
                        """);
    }

    @Test
    void settingsThatCannotBeAreNotMade() {
        for (String name : List.of("", ".", "..", "a/b", "a\nb", "x".repeat(65), "é".repeat(33))) {
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> MonitorSettings.plain(name));
            assertThatIllegalArgumentException()
                    .as(name)
                    .isThrownBy(() -> MonitorSettings.plain("exit").withSocket(name));
        }
        MonitorSettings plain = MonitorSettings.plain("exit");
        assertThatIllegalArgumentException().isThrownBy(() -> plain.withSocket("exit"));
        assertThatIllegalArgumentException().isThrownBy(() -> plain.withTitle("two\nlines"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LogTarget.File.growing(LogTarget.Format.JSON, "relative"));
        assertThatIllegalArgumentException().isThrownBy(() -> LogTarget.File.growing(LogTarget.Format.JSON, "/a\nb"));
        assertThatIllegalArgumentException().isThrownBy(() -> new LogTarget.File(LogTarget.Format.JSON, "/a", 1, 0));
    }

    @Test
    void anExitFileIsRead() throws Exception {
        assertThat(exit(EXIT))
                .isEqualTo(new ExitRecord(12, 3456, 137, 9, Instant.parse("2026-11-26T11:10:00.01002Z"), 3, ""));
        assertThat(exit(EXIT.replace("}", ",\"problem\":\"x\",\"later\":{\"a\":[1]}}"))
                        .problem())
                .isEqualTo("x");
    }

    @Test
    void whatIsNoExitFileIsRefused() {
        for (String text : List.of(
                "",
                "[]",
                "{}",
                "{\"pid\":1}",
                EXIT.substring(0, EXIT.length() - 3),
                EXIT.replace("12", "-12"),
                EXIT.replace("12", "99999999999999999999"),
                EXIT.replace("137", "256"),
                EXIT.replace("2026", "yesterday"),
                EXIT.replace("12,", "12,\"x\":" + "[".repeat(100) + "]".repeat(100) + ","),
                EXIT + " ".repeat(5000))) {
            assertThatIOException().as(text).isThrownBy(() -> exit(text));
        }
    }

    @Test
    void damagedExitFilesAreRefusedOrRead() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = EXIT.getBytes(StandardCharsets.UTF_8);
            for (int n = random.nextInt(4); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(ExitRecord.parse(bytes).pid()).isPositive();
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("exit file");
            }
        }
    }

    private static ByteBuffer frame(int version, int kind, int length) {
        return ByteBuffer.allocate(8 + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) version)
                .putShort((short) kind)
                .putInt(length);
    }

    @Test
    void framesAreRead() throws Exception {
        assertThat(AttachFrame.parse(
                        frame(1, 16, 16).putInt(7).putInt(1).putLong(99).array()))
                .isEqualTo(new AttachFrame.Welcome(7, true, 99));
        assertThat(AttachFrame.parse(
                        frame(2, 16, 20).putInt(7).putInt(2).putLong(99).array()))
                .isEqualTo(new AttachFrame.Welcome(7, false, 99));
        assertThat(AttachFrame.parse(frame(1, 18, 2).put(new byte[] {'h', 'i'}).array()))
                .isInstanceOfSatisfying(AttachFrame.Output.class, output -> {
                    assertThat(output.stream()).isEqualTo(AttachFrame.Stream.STDERR);
                    assertThat(output.bytes()).containsExactly('h', 'i');
                });
        assertThat(AttachFrame.parse(frame(1, 19, 8).putInt(3 << 8).array()))
                .isEqualTo(new AttachFrame.Exit(new ExitStatus.Exited(3)));
        assertThat(AttachFrame.parse(frame(1, 20, 4).putInt(25).array())).isEqualTo(new AttachFrame.Done(25));
        assertThat(AttachFrame.parse(frame(9, 60_000, 0).array())).isEqualTo(new AttachFrame.Unknown(60_000));
    }

    @Test
    void whatIsNoFrameIsRefused() {
        for (byte[] message : List.of(
                new byte[7],
                new byte[8],
                frame(1, 16, 15).array(),
                frame(1, 19, 3).array(),
                frame(1, 20, 0).array(),
                frame(1, 17, 4).putInt(4, 5).array(),
                frame(1, 17, 4).putInt(4, -1).array())) {
            assertThatIOException().isThrownBy(() -> AttachFrame.parse(message));
        }
    }
}

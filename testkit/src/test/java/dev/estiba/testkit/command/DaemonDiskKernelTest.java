package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon makes room by itself, without a pull. */
@Tag("kernel")
class DaemonDiskKernelTest {
    @TempDir
    Path place;

    private ProductRoom room;

    @BeforeEach
    void open() throws Exception {
        room = ProductRoom.withDaemon(place);
    }

    @AfterEach
    void close() throws Exception {
        room.close();
    }

    private String imported(String file) throws Exception {
        Ended ended = room.room()
                .callFrom("cd " + place + " && echo " + file + " >image/" + file
                        + " && tar -C image -c . | \"$1\" import - quay:1");
        assertThat(ended.status()).as(ended.error()).isZero();
        return ended.output().strip();
    }

    @Test
    void whatHasNoNameAnyMoreGoesAndIsTold() throws Exception {
        Path content = room.room().root().resolve("var/lib/estiba");
        String first = imported("one");
        String second = imported("two");
        assertThat(first).startsWith("sha256:").isNotEqualTo(second);
        // Both were last used two hours ago; the second has a name still.
        assertThat(room.room()
                        .callFrom("touch -d '2 hours ago' /var/lib/estiba/content/images/*")
                        .status())
                .isZero();
        Files.writeString(content.resolve("images.conf"), "budget = 1B\n");
        assertThat(room.ran(List.of("--rm"), "true").status()).isZero(); // starts the daemon
        CommandRoom.until("the first one's end", () -> {
            try {
                return !room.call("images", "-aq", "--no-trunc").output().contains(first);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        assertThat(room.call("images", "-aq", "--no-trunc").output()).contains(second);
        assertThat(room.call(
                                "events",
                                "--since",
                                "10m",
                                "--until",
                                "0s",
                                "--filter",
                                "type=image",
                                "--filter",
                                "event=delete")
                        .output())
                .contains(first);
        ProcessHandle daemon = ProcessHandle.of(
                        Long.parseLong(Files.readString(room.room().root().resolve("var/lib/estiba/daemon.lock"))
                                .strip()))
                .orElseThrow();
        CommandRoom.signal(daemon, "TERM");
        daemon.onExit().get(60, TimeUnit.SECONDS);
        assertThat(Files.readString(room.room().root().resolve("run/estiba/daemon.log")))
                .contains("estiba daemon: Collected ");
    }
}
